import { inject as needed } from '@needle-di/core';
import { asFunction } from 'awilix';
import { inject } from 'offstage';
import { compare } from './compare.js';
import { A, B, singletons } from './di-peers.js';

const add = (first: A, second: B, n: number) => first.value + second.value + n;

export async function table(): Promise<string> {
  const { inversify, rings, cradle, needles, injector, nest } = await singletons();
  const [a, b] = [new A(), new B()];
  const closedOver = (n: number) => add(a, b, n);
  const values = new Map<unknown, object>([
    [A, a],
    [B, b],
  ]);
  const injected = inject((first: A, second: B, n: number) => add(first, second, n));
  function typed(first: A, second: B) {
    return first.value + second.value;
  }
  typed.inject = ['a', 'b'] as const;
  const built = asFunction(({ a, b }: { a: A; b: B }) => a.value + b.value);
  return compare(
    'An injected call: two singletons and one argument',
    [
      { name: 'closed over (floor)', run: closedOver },
      // The map keeps class and instance together.
      { name: 'Map.get, twice', run: (n) => add(values.get(A) as A, values.get(B) as B, n) },
      { name: 'offstage inject', run: (n) => injected(n) },
      { name: 'typed-inject 5, injectFunction', run: (n) => injector.injectFunction(typed) + n },
      { name: 'inversify 8, get twice', run: (n) => add(inversify.get(A), inversify.get(B), n) },
      {
        name: '@needle-di/core 1, runInInjectionContext',
        run: (n) => needles.runInInjectionContext(() => add(needed(A), needed(B), n)),
      },
      { name: 'awilix 13, build of a resolver made once', run: (n) => cradle.build(built) + n },
      { name: 'NestJS 12, ModuleRef.get twice', run: (n) => add(nest.get(A), nest.get(B), n) },
      { name: 'tsyringe 4, resolve twice', run: (n) => add(rings.resolve(A), rings.resolve(B), n) },
    ],
    [
      'Of the peers, typed-inject and awilix inject functions, of which neither takes an argument beside: it is added to what they return. With the others it is by hand.',
    ],
  );
}
