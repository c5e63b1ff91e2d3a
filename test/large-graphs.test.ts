import { Container, Scope } from 'offstage';
import { expect, test } from 'vitest';

class Part {
  readonly parts: readonly unknown[];
  constructor(...parts: unknown[]) {
    this.parts = parts;
  }
}
const types = (count: number) => Array.from({ length: count }, () => class extends Part {});

test('a chain of a thousand classes is no circle', async () => {
  const container = Container.create();
  const chain = types(1_000);
  for (const [index, type] of chain.entries()) {
    container.registerProvider(type, {
      useClass: type,
      scope: Scope.Transient,
      deps: chain.slice(index + 1, index + 2),
    });
  }
  const [first] = chain;
  let depth = 0;
  for (let part: unknown = first && container.resolve(first); part instanceof Part; [part] = part.parts)
    depth++;
  expect(depth).toBe(1_000);
  await container.validate();
});

test('forty layers that each need the next one twice are planned once each, not once for each of a billion paths', async () => {
  const container = Container.create();
  const layers = types(40);
  for (const [index, type] of layers.entries()) {
    const [next] = layers.slice(index + 1);
    const useFactory = async (...parts: unknown[]) => new type(...parts);
    container.registerProvider(type, { useFactory, deps: next ? [next, next] : [] });
  }
  const [first] = layers;
  expect(first && (await container.resolveAsync(first)).parts).toHaveLength(2);
  await container.validate();
});

test('a provider that comes later costs about the same, however many singletons are made', () => {
  const cost = (made: number) => {
    const container = Container.create();
    for (const type of types(made)) {
      container.registerProvider(type, { useClass: type, deps: [] });
      container.resolve(type);
    }
    const later = types(500);
    const began = performance.now();
    for (const type of later) container.registerProvider(type, { useClass: type, deps: [] });
    return performance.now() - began;
  };
  cost(10);
  // In proportion to the singletons it would be 500 times as much.
  expect(cost(5_000) / cost(10)).toBeLessThan(50);
});
