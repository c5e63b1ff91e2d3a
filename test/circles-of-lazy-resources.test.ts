import { CircularDependencyError, Container, inject, type Lazy, lazy, token } from 'offstage';
import { beforeEach, expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';

beforeEach(() => Container.reset());

const [One, Two, Three] = ['One', 'Two', 'Three'].map((name) => token<object>(name)) as [
  ReturnType<typeof token<object>>,
  ReturnType<typeof token<object>>,
  ReturnType<typeof token<object>>,
];
/** A resource that loads what it is given while it is opened. */
const loading = {
  scope: 'resource',
  useFactory: async (late: Lazy<object>) => ({ got: await late.load() }),
} as const;
const taking = { scope: 'resource', useFactory: async (given: object) => ({ given }) } as const;

test('a resource that loads itself while it is opened is told so', async () => {
  Container.registerProvider(One, { ...loading, deps: [lazy(One)] });
  await expect(inject([One], async () => {})()).rejects.toThrow(
    'One was asked for while it was being made: One -> One',
  );
});

test('a circle of resources that load one another is an error, whoever is asked first', async () => {
  Container.registerProvider(One, { ...loading, deps: [lazy(Two)] });
  Container.registerProvider(Two, { ...loading, deps: [lazy(Three)] });
  Container.registerProvider(Three, { ...taking, deps: [One] });
  await expect(inject([One], async () => {})()).rejects.toThrow('One -> Two -> Three -> One');
  await expect(inject([Two], async () => {})()).rejects.toThrow('Two -> Three -> One -> Two');
  await expect(inject([Three], async () => {})()).rejects.toBeInstanceOf(CircularDependencyError);
});

test('and so is one that is found only when both are under way', async () => {
  const goOn = gate();
  const slowly = {
    scope: 'resource',
    useFactory: async (late: Lazy<object>) => {
      await goOn.passed;
      return { got: await late.load() };
    },
  } as const;
  Container.registerProvider(One, { ...slowly, deps: [lazy(Two)] });
  Container.registerProvider(Two, { ...slowly, deps: [lazy(One)] });
  await using scope = Container.openScope();
  const asked = [scope.resolveAsync(One), scope.resolveAsync(Two)];
  goOn.open();
  const results = await Promise.allSettled(asked);
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CircularDependencyError) });
});

test('also through something transient', async () => {
  Container.registerProvider(One, { ...taking, deps: [Two] });
  Container.registerProvider(Two, { ...loading, scope: 'transient', deps: [lazy(One)] });
  await expect(inject([One], async () => {})()).rejects.toThrow('One -> One');
});

test('resources that load others, which somebody else waits for, too, are no circle', async () => {
  let made = 0;
  const goOn = gate();
  Container.registerProvider(Three, {
    scope: 'resource',
    useFactory: async () => {
      await goOn.passed;
      return { made: ++made };
    },
  });
  Container.registerProvider(One, { ...loading, deps: [lazy(Three)] });
  Container.registerProvider(Two, { ...loading, deps: [lazy(One)] });
  await using scope = Container.openScope();
  const asked = Promise.all([scope.resolveAsync(One), scope.resolveAsync(Two), scope.resolveAsync(Three)]);
  goOn.open();
  const [one, two, three] = await asked;
  expect([one, two]).toEqual([{ got: three }, { got: one }]);
  expect(made).toBe(1);
});

test('a circle that is closed after both were opened is none', async () => {
  const opened = {
    scope: 'resource',
    useFactory: async (late: Lazy<object>) => ({ other: () => late.load() }),
  } as const;
  Container.registerProvider(One, { ...opened, deps: [lazy(Two)] });
  Container.registerProvider(Two, { ...opened, deps: [lazy(One)] });
  await inject([One], async (one: object) => {
    const { other } = one as { other(): Promise<{ other(): Promise<object> }> };
    expect(await (await other()).other()).toBe(one);
  })();
});

test('one whose opening has failed is tried again, and no circle', async () => {
  let isDown = true;
  Container.registerProvider(Two, {
    scope: 'resource',
    useFactory: async () => {
      if (isDown) throw new Error('down');
      return {};
    },
  });
  Container.registerProvider(One, { ...loading, deps: [lazy(Two)] });
  await using scope = Container.openScope();
  await expect(scope.resolveAsync(One)).rejects.toThrow('down');
  isDown = false;
  await expect(scope.resolveAsync(One)).resolves.toEqual({ got: {} });
});

test.each(['singleton', 'resource'] as const)(
  'a %s that waits for a load of itself that somebody else has begun is told so',
  async (scope) => {
    class Cache {
      constructor(readonly store: Lazy<object>) {}
    }
    Container.registerProvider(Cache, { scope, useClass: Cache, deps: [lazy(One)] });
    Container.registerProvider(One, {
      scope,
      deps: [Cache],
      useFactory: async (cache: Cache) => {
        await null; // the load is under way
        return { got: await cache.store.load() };
      },
    });
    await expect(inject([Cache], async (cache) => cache.store.load())()).rejects.toBeInstanceOf(
      CircularDependencyError,
    );
  },
);
