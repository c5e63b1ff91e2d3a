import { asClass, asFunction, createContainer } from 'awilix';

class Counter {
  total = 0;
}
const container = createContainer();
container.register({ counter: asClass(Counter).singleton() });

const total = asFunction(({ counter }) => counter.total);
const count = (n) => container.build(total) + n;
count(1);
