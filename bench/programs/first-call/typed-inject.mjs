import { createInjector } from 'typed-inject';

class Counter {
  total = 0;
}
const injector = createInjector().provideClass('counter', Counter);

function total(counter) {
  return counter.total;
}
total.inject = ['counter'];
const count = (n) => injector.injectFunction(total) + n;
count(1);
