import 'reflect-metadata';
import { ModuleRef, NestFactory } from '@nestjs/core';

class Counter {
  total = 0;
}
class Root {}
const app = await NestFactory.createApplicationContext(
  { module: Root, providers: [Counter] },
  { logger: false },
);
const ref = app.get(ModuleRef);

const count = (n) => ref.get(Counter).total + n;
count(1);
