import { Container } from 'offstage';
import { compare } from './compare.js';
import { A, B, singletons } from './di-peers.js';

export async function table(): Promise<string> {
  const { inversify, rings, cradle, needles, injector, nest } = await singletons();
  const values = new Map<unknown, object>([
    [A, new A()],
    [B, new B()],
  ]);
  return compare('A cached singleton', [
    { name: 'Map.get (floor)', run: () => values.get(A) },
    { name: 'offstage', run: () => Container.resolve(A) },
    { name: 'typed-inject 5', run: () => injector.resolve('a') },
    { name: 'inversify 8', run: () => inversify.get(A) },
    { name: '@needle-di/core 1', run: () => needles.get(A) },
    { name: 'awilix 13', run: () => cradle.resolve('a') },
    { name: 'NestJS 12, ModuleRef.get', run: () => nest.get(A) },
    { name: 'tsyringe 4', run: () => rings.resolve(A) },
  ]);
}
