import { Container, inject, Scope } from 'offstage';

class Counter {
  total = 0;
}
Container.registerProvider(Counter, Scope.Singleton);

const count = inject([Counter], (counter, n) => counter.total + n);
count(1);
