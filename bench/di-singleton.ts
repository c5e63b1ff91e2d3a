import { Container } from 'offstage';
import type { Part } from './classes.js';
import { compare } from './compare.js';
import { A, B, singletons } from './di-peers.js';

export async function table(): Promise<string> {
  const others = Array.from(
    { length: 62 },
    (_, value) =>
      class {
        value = value;
      },
  );
  return [await compareOf('two', []), await compareOf('64', others)].join('\n');
}

async function compareOf(count: string, others: readonly Part[]): Promise<string> {
  const { inversify, rings, cradle, needles, injector, nest } = await singletons(others);
  // In turns: a look-up that is the same each time is one that the engine does once.
  const types = [...others, A, B] as const;
  const names = [...others.map((_, index) => `n${index}` as const), 'a', 'b'] as const;
  const last = types.length - 1; // their number is a power of two
  const type = (index: number) => types[index & last] as Part; // in bounds
  const name = (index: number) => names[index & last] as 'a'; // as is this
  const values = new Map<unknown, object>(types.map((type) => [type, new type()]));
  return compare(`A cached singleton: of ${count}, in turns`, [
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
