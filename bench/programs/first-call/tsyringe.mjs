import 'reflect-metadata';
import { container } from 'tsyringe';

class Counter {
  total = 0;
}
container.registerSingleton(Counter);

const count = (n) => container.resolve(Counter).total + n;
count(1);
