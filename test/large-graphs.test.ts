import { type Constructor, Container, inject, Scope } from 'offstage';
import { describe, expect, test } from 'vitest';

class Part {
  readonly parts: readonly unknown[];
  constructor(...parts: unknown[]) {
    this.parts = parts;
  }
}
const types = (count: number) => Array.from({ length: count }, () => class extends Part {});

/** The container and the first of many classes that each need the next one. */
function chained(length: number, scope: Scope): readonly [Container, Constructor<Part>] {
  const container = Container.create();
  const chain = types(length);
  for (const [index, type] of chain.entries()) {
    container.registerProvider(type, { useClass: type, scope, deps: chain.slice(index + 1, index + 2) });
  }
  return [container, chain[0] ?? Part];
}

test('a chain of a thousand classes is no circle', async () => {
  const [container, first] = chained(1_000, Scope.Transient);
  let depth = 0;
  for (let part: unknown = container.resolve(first); part instanceof Part; [part] = part.parts) depth++;
  expect(depth).toBe(1_000);
  await container.validate();
});

describe('a chain that the stack cannot hold is an error of ours, which says so', () => {
  const told = {
    code: 'ERR_OFFSTAGE_DEPENDENCY_INJECTION',
    message:
      'First needs what is 19999 levels below it, which the stack cannot hold\nHave one of those in between take the next as Lazy.',
    cause: expect.any(RangeError),
  };

  test.each(Object.values(Scope))('where it is planned: %s', async (scope) => {
    const [container, first] = chained(20_000, scope);
    Object.defineProperty(first, 'name', { value: 'First' });
    expect(() => container.resolve(first)).toThrow(expect.objectContaining(told));
    await expect(container.resolveAsync(first)).rejects.toMatchObject(told);
    const call = inject([first], () => {});
    expect(() => container.run(call)).toThrow(expect.objectContaining(told));
    await expect(container.validate()).rejects.toMatchObject(told);
    expect((await container.graph()).edges.length).toBeGreaterThanOrEqual(19_999); // and that of the call
  });

  test('where it is made, by the parameter at which it was full', () => {
    const container = Container.create();
    class Recursive extends Part {
      readonly below = new Recursive();
    }
    class Above extends Part {}
    container.registerProvider(Recursive, { useClass: Recursive, deps: [] });
    container.registerProvider(Above, { useClass: Above, deps: [Recursive] });
    expect(() => container.resolve(Above)).toThrow(
      expect.objectContaining({
        code: 'ERR_OFFSTAGE_DEPENDENCY_INJECTION',
        message: expect.stringMatching(
          /^Above: the parameter #1 could not be made: .*\nLook for a provider that calls itself/,
        ),
        cause: expect.any(RangeError),
      }),
    );
  });
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
