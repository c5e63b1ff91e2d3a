import { Container } from 'offstage';
import { compare } from './compare.js';
import { A, B, singletons } from './di-peers.js';

export async function table(): Promise<string> {
  const { inversify, rings, cradle, needles, injector, nest } = await singletons();
  const values = new Map<unknown, object>([
    [A, new A()],
    [B, new B()],
  ]);
  // In turns: a look-up that is the same each time is one that the engine does once.
  const types = [A, B] as const;
  const names = ['a', 'b'] as const;
  const type = (index: number) => types[(index & 1) as 0 | 1]; // it is one of the two
  const name = (index: number) => names[(index & 1) as 0 | 1];
  return compare('A cached singleton: of two, in turns', [
    { name: 'Map.get (floor)', run: (i) => values.get(type(i)) },
    { name: 'offstage', run: (i) => Container.resolve(type(i)) },
    { name: 'typed-inject 5', run: (i) => injector.resolve(name(i)) },
    { name: 'inversify 8', run: (i) => inversify.get(type(i)) },
    { name: '@needle-di/core 1', run: (i) => needles.get(type(i)) },
    { name: 'awilix 13', run: (i) => cradle.resolve(name(i)) },
    { name: 'NestJS 12, ModuleRef.get', run: (i) => nest.get(type(i)) },
    { name: 'tsyringe 4', run: (i) => rings.resolve(type(i)) },
  ]);
}
