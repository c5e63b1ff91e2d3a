import 'reflect-metadata';
import { Container } from 'inversify';

class Counter {
  total = 0;
}
const container = new Container();
container.bind(Counter).toSelf().inSingletonScope();

const count = (n) => container.get(Counter).total + n;
count(1);
