import { runInNewContext } from 'node:vm';
import {
  AsyncProviderInSyncContextError,
  CircularDependencyError,
  Container,
  DependencyInjectionError,
  factory,
  inject,
  Lazy,
  lazy,
  Resource,
  Scope,
  token,
} from 'offstage';
import { beforeEach, expect, test } from 'vitest';

class Database {
  readonly open = true;
}
const Url = token<string>('Url');

beforeEach(() => Container.reset());

test('concurrent first uses of an async singleton share one creation', async () => {
  let made = 0;
  Container.registerProvider(Database, {
    useFactory: async () => {
      made++;
      await Promise.resolve();
      return new Database();
    },
  });
  const call = inject([Database], async (database) => database);
  const all = await Promise.all([call(), call(), Container.resolveAsync(Database)]);
  expect(new Set(all).size).toBe(1);
  expect(made).toBe(1);
  expect(Container.resolve(Database)).toBe(all[0]);
});

test("a promise of another realm is one, as those of Node's own functions are in Jest", async () => {
  const elsewhere = runInNewContext('() => Promise.resolve("read")') as () => Promise<string>;
  Container.registerProvider(Url, { useFactory: () => elsewhere() });
  const call = inject([Url], async (url) => url.length);
  expect(await call()).toBe(4);
  expect(Container.resolve(Url)).toBe('read');
});

test('a rejection is told to all who wait, and forgotten', async () => {
  let attempts = 0;
  Container.registerProvider(Database, {
    useFactory: async () => {
      if (++attempts === 1) throw new Error('refused');
      return new Database();
    },
  });
  const both = await Promise.allSettled([Container.resolveAsync(Database), Container.resolveAsync(Database)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(attempts).toBe(1);
  expect(await Container.resolveAsync(Database)).toBeInstanceOf(Database);
});

test('a creation that fails closes what was made for it', async () => {
  const log: string[] = [];
  class Part {
    async [Resource.exit]() {
      log.push('part closed');
    }
  }
  Container.registerProvider(Part, Scope.Transient);
  Container.registerProvider(Database, {
    useFactory: async (_part: Part) => {
      throw new Error('refused');
    },
    deps: [Part],
  });
  await expect(Container.resolveAsync(Database)).rejects.toThrow('refused');
  expect(log).toEqual(['part closed']);
});

test('where nothing can wait, a provider that takes time is an error; once its value is there it is not', async () => {
  Container.registerProvider(Database, { useFactory: async () => new Database() });
  const call = inject([Database], (database) => database.open);
  expect(() => call()).toThrow(AsyncProviderInSyncContextError);
  expect(() => call()).toThrow(
    'anonymous needs Database, which takes time to make or to close\nMake the function async, or use resolveAsync().',
  );
  expect(() => Container.resolve(Database)).toThrow(
    'resolve(Database) needs Database, which takes time to make or to close',
  );
  await Container.resolveAsync(Database);
  expect(call()).toBe(true);
});

test('what is given later says how to get a value that takes time', async () => {
  Container.registerProvider(Database, { useFactory: async () => new Database() });
  const loads = inject([lazy(Database)], async (database) => database.value);
  await expect(loads()).rejects.toThrow(
    'takes time to make or to close\nAwait load() of the Lazy<Database>.',
  );
  const makes = inject([factory(Database)], async (make) => make());
  await expect(makes()).rejects.toThrow('take Database itself, or await load() of a Lazy<Database>.');
});

test('a provider that gives a promise without saying so is found at the call, and none of it is lost', async () => {
  let made = 0;
  Container.registerProvider(Database, {
    useFactory: () => {
      made++;
      return Promise.resolve(new Database());
    },
  });
  expect(() => Container.resolve(Database)).toThrow(AsyncProviderInSyncContextError);
  const database = await Container.resolveAsync(Database);
  expect(Container.resolve(Database)).toBe(database);
  expect(made).toBe(1);
});

test('a sync function over resources that close slowly is told, and they are closed', async () => {
  let closed: (() => void) | undefined;
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  class Slow {
    async [Resource.exit]() {
      closed?.();
    }
  }
  Container.registerProvider(Slow, Scope.Resource);
  const call = inject([Slow], () => 'done');
  expect(() => call()).toThrow(AsyncProviderInSyncContextError);
  expect(() => call()).toThrow('has run, but nothing can wait for the closing of Slow, which takes time');
  await closing;
  const promising = inject([Slow], () => Promise.resolve('done'));
  expect(await promising()).toBe('done');
});

test('a cycle through async providers that ask the container is an error with its chain, not a deadlock', async () => {
  class Left {}
  class Right {}
  Container.registerProvider(Left, {
    useFactory: async (container: typeof Container) => {
      await Promise.resolve();
      await container.resolveAsync(Right);
      return new Left();
    },
    deps: [Container as never],
  });
  Container.registerProvider(Right, {
    useFactory: async () => {
      await Promise.resolve();
      await Container.resolveAsync(Left);
      return new Right();
    },
  });
  for (const start of [[Left], [Right], [Left, Right]]) {
    const results = await Promise.allSettled(start.map((type) => Container.resolveAsync(type)));
    expect(results).toHaveLength(start.length);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CircularDependencyError) });
    }
  }
  await expect(Container.resolveAsync(Left)).rejects.toThrow(
    'Left was asked for while it was being made: Left -> Right -> Left\n' +
      'Have one of them take the other as Lazy, and use it after both were made.',
  );
});

test('a cycle that a lazy value closes while its singleton is being made is an error, too', async () => {
  const Outer = token<object>('Outer');
  const Inner = token<object>('Inner');
  Container.registerProvider(Outer, {
    useFactory: async (inner: Lazy<object>) => {
      await Promise.resolve();
      return { inner: await inner.load() };
    },
    deps: [lazy(Inner)],
  });
  Container.registerProvider(Inner, { useFactory: async (outer: object) => ({ outer }), deps: [Outer] });
  await expect(Container.resolveAsync(Outer)).rejects.toThrow('Outer -> Inner -> Outer');
  await expect(Container.resolveAsync(Inner)).rejects.toThrow('Inner -> Outer -> Inner');
});

test('and so is one through functions that only give promises, whoever asks first, and of any length', async () => {
  const One = token<object>('One');
  const tokens = [One, token<object>('Two'), token<object>('Three')];
  tokens.forEach((each, index) => {
    const next = tokens[index + 1] ?? One;
    Container.registerProvider(each, {
      useFactory: (late: Lazy<object>) => Promise.resolve().then(() => late.load()),
      deps: [lazy(next)],
    });
  });
  for (const start of [tokens.slice(0, 1), tokens]) {
    const results = await Promise.allSettled(start.map((each) => Container.resolveAsync(each)));
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CircularDependencyError) });
  }
  await expect(Container.resolveAsync(One)).rejects.toThrow('One -> Two -> Three -> One');
}, 5_000);

test('a singleton that asks for itself while it is made is told so', () => {
  Container.registerProvider(Database, { useFactory: () => Container.resolve(Database) });
  expect(() => Container.resolve(Database)).toThrow(CircularDependencyError);
});

test('a value that happens to be a promise is given as it is', () => {
  const Pending = token<Promise<number>>('Pending');
  const value = Promise.resolve(1);
  Container.registerProvider(Pending, { useValue: value });
  expect(Container.resolve(Pending)).toBe(value);
  expect(inject([Pending], (pending) => pending === value)()).toBe(true);
});

test('an error of a provider says for which parameter of what, and keeps its cause', async () => {
  const cause = new Error('refused');
  Container.registerProvider(Url, {
    useFactory: () => {
      throw cause;
    },
  });
  Container.registerProvider(Database, { useFactory: (_url: string) => new Database(), deps: [Url] });
  const call = inject([Database], async function main(_database) {});
  const error: unknown = await call().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DependencyInjectionError);
  expect(error).toMatchObject({
    message:
      'useFactory: the parameter #1 could not be made: refused\nThe error of its provider is the cause.',
    cause,
  });
});

test('a lazy value may take time, too', async () => {
  Container.registerProvider(Database, { useFactory: async () => new Database() });
  const late = Container.resolve(lazy(Database));
  expect(late).toBeInstanceOf(Lazy);
  expect(() => late.value).toThrow(AsyncProviderInSyncContextError);
  const database = await late.load();
  expect(late.value).toBe(database);
});

test('a lazy value is one, also where several ask at once, and a failure is not kept', async () => {
  let asked = 0;
  Container.registerProvider(Database, {
    scope: Scope.Transient,
    useFactory: async () => {
      if (++asked === 1) throw new Error('not yet');
      return new Database();
    },
  });
  const late = Container.resolve(lazy(Database));
  await expect(Promise.allSettled([late.load(), late.load()])).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
  const [first, second] = await Promise.all([late.load(), late.load()]);
  expect(second).toBe(first);
  expect(late.value).toBe(first);
  expect(asked).toBe(2);
});
