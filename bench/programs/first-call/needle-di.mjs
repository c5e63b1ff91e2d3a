import { Container, inject } from '@needle-di/core';

class Counter {
  total = 0;
}
const container = new Container();
container.bind({ provide: Counter, useClass: Counter });

const count = (n) => container.runInInjectionContext(() => inject(Counter).total + n);
count(1);
