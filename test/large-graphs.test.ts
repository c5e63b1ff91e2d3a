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
