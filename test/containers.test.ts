import { Background, Container, ContainerDisposedError, inject, Resource, Scope, token } from 'offstage';
import { beforeEach, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';

const Tenant = token<string>('Tenant');
class Config {
  constructor(readonly tenant: string) {}
}
class Counter {
  count = 0;
}

beforeEach(() => Container.reset());

test('an isolated container knows nothing of the default one, and keeps singletons of its own', () => {
  Container.registerProvider(Counter, Scope.Singleton);
  const container = Container.create();
  expect(container.hasProvider(Counter)).toBe(false);
  container.registerProvider(Counter, Scope.Singleton);
  container.resolve(Counter).count++;
  expect(Container.resolve(Counter).count).toBe(0);
});

test('a parameter of type Container is given the one that resolves', () => {
  const container = Container.create();
  const which = inject([Container as never], (given: unknown) => given === container);
  expect(which()).toBe(false);
  expect(container.run(() => which())).toBe(true);
});

test('a child looks in its parent, shares its singletons, and may override for itself', () => {
  Container.registerProvider(Tenant, { useValue: 'none' });
  Container.registerProvider(Counter, Scope.Singleton);
  Container.registerProvider(Config, { useClass: Config, scope: Scope.Transient, deps: [Tenant] });
  const acme = Container.create({ parent: Container });
  const deeper = Container.create({ parent: acme });
  acme.registerProvider(Tenant, { useValue: 'acme' });
  expect(deeper.resolve(Counter)).toBe(Container.resolve(Counter));
  expect(Container.resolve(Config).tenant).toBe('none');
  expect(deeper.resolve(Config).tenant).toBe('acme');
  deeper.registerProvider(Tenant, { useValue: 'deeper' });
  expect(deeper.resolve(Config).tenant).toBe('deeper');
  expect(acme.resolve(Config).tenant).toBe('acme');
});

test("a change of the parent is seen by its children's functions at once", () => {
  Container.registerProvider(Tenant, { useValue: 'one' });
  const child = Container.create({ parent: Container });
  const tenant = inject([Config], (config) => config.tenant);
  Container.registerProvider(Config, { useClass: Config, scope: Scope.Transient, deps: [Tenant] });
  child.run(() => {
    for (let i = 0; i < 20; i++) expect(tenant()).toBe('one');
  });
  Container.aliasProvider(Tenant, token<string>('Other'));
  expect(() => child.run(() => tenant())).toThrow('no provider for Other');
});

test('the ambient container follows the asynchronous flow, so that tenants run side by side', async () => {
  const tenant = inject([Tenant], async (name) => {
    await Promise.resolve();
    return name;
  });
  const names = Array.from({ length: 10 }, (_, i) => `tenant ${i}`);
  const seen = await Promise.all(
    names.map((name) => {
      const container = Container.create();
      container.registerProvider(Tenant, { useValue: name });
      return container.run(async () => {
        await Promise.resolve();
        return [await tenant(), await tenant()];
      });
    }),
  );
  expect(seen).toEqual(names.map((name) => [name, name]));
});

test('dispose closes singletons in reverse order of their creation, each also if another fails', async () => {
  const log: string[] = [];
  const made: number[] = [];
  const container = Container.create();
  const closing = (name: string) =>
    class {
      constructor(...needed: object[]) {
        made.push(needed.length);
      }
      async [Resource.exit]() {
        log.push(name);
        if (name === 'b') throw new Error('b cannot close');
      }
    };
  const [A, B, C] = [closing('a'), closing('b'), closing('c')];
  container.registerProvider(A, { useClass: A, deps: [] });
  container.registerProvider(B, { useClass: B, deps: [A] });
  container.registerProvider(C, { useClass: C, deps: [B] });
  container.resolve(C);
  await expect(container.dispose()).rejects.toThrow('b cannot close');
  expect(made).toEqual([0, 1, 1]);
  expect(log).toEqual(['c', 'b', 'a']);
});

test('dispose waits for the calls in flight, and closes what was opened by hand', async () => {
  const log: string[] = [];
  const container = Container.create();
  class Session {
    [Resource.exit]() {
      log.push('session closed');
    }
  }
  container.registerProvider(Session, Scope.Resource);
  const end = gate();
  const call = inject([Session], async () => {
    await end.passed;
    log.push('body ends');
  });
  const scope = container.openScope();
  scope.resolve(Session);
  const running = container.run(() => call());
  const disposed = container.dispose();
  expect(container.dispose()).toBe(disposed);
  // Whatever would not wait has happened by then.
  await settled();
  end.open();
  await Promise.all([running, disposed]);
  expect(log).toEqual(['body ends', 'session closed', 'session closed']);
});

test('also when it is called in one, before that has waited for anything', async () => {
  class Store {
    closed = false;
    [Symbol.dispose]() {
      this.closed = true;
    }
  }
  const container = Container.create();
  container.registerProvider(Store, Scope.Singleton);
  let closing: Promise<void> | undefined;
  const call = inject([Store], async (store) => {
    closing = container.dispose();
    await new Promise(setImmediate);
    return store.closed;
  });
  expect(await container.run(call)).toBe(false);
  await closing;
  expect(() => container.resolve(Store)).toThrow('has been disposed');
});

test.each([
  ['the general way', 0],
  ['generated code', 20],
])('and so for those that have nothing but singletons, which go on as before: by %s', async (_, before) => {
  const log: string[] = [];
  class Database {
    name = 'database';
    [Symbol.dispose]() {
      log.push(`${this.name} closed`);
    }
  }
  class Late extends Database {
    override name = 'late';
  }
  const container = Container.create();
  container.registerProvider(Database, Scope.Singleton);
  container.registerProvider(Late, Scope.Singleton);
  const task = inject([Late], async ({ name }) => void log.push(`task of ${name}`));
  const inner = inject([Background], async (bg) => bg.add(task));
  const call = inject([Database], async (_, end: Promise<void>, goesOn: boolean) => {
    await end;
    if (goesOn) await inner();
    log.push('call ends');
  });
  const promise = inject([Database], (_, end: Promise<void>) => end.then(() => log.push('promise is kept')));
  const failing = inject([Database], async (_, end: Promise<void>) => {
    await end;
    throw new Error('as asked');
  });
  const end = gate();
  const running = container.run(async () => {
    const soon = Promise.resolve();
    for (let i = 0; i < before; i++)
      await Promise.allSettled([call(soon, false), promise(soon), failing(soon)]);
    log.length = 0;
    return [call(end.passed, true), promise(end.passed), failing(end.passed)];
  });
  const ended = running.then((calls) => Promise.allSettled(calls));
  await settled();
  const disposing = container.dispose();
  await settled();
  expect(log).toEqual([]);
  end.open();
  expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await disposing;
  expect(log).toEqual(['task of late', 'promise is kept', 'call ends', 'late closed', 'database closed']);
});

test('a container that is disposed waits for the calls of its children, which use its singletons', async () => {
  const log: string[] = [];
  class Database {
    [Symbol.dispose]() {
      log.push('database closed');
    }
  }
  const parent = Container.create();
  parent.registerProvider(Database, Scope.Singleton);
  parent.registerProvider(Counter, Scope.Resource);
  const [child, other] = [Container.create({ parent: Container.create({ parent }) }), Container.create()];
  const ends = [gate(), gate()] as const;
  const bare = inject([Database], async () => {
    await ends[0].passed;
    log.push('bare');
  });
  const scoped = inject([Database, Counter], async () => {
    await ends[1].passed;
    bare();
    log.push('scoped');
  });
  const calls = child.run(() => [bare(), scoped()]);
  const never = other.run(() => inject([], () => new Promise<void>(() => {}))());
  const disposing = parent.dispose();
  for (const { open } of ends) {
    await settled();
    expect(log).not.toContain('database closed');
    open();
  }
  await Promise.all([...calls, disposing]);
  expect(log).toEqual(['bare', 'scoped', 'bare', 'database closed']);
  expect(never).toBeInstanceOf(Promise);
  await child.dispose();
});

test('what a function returns stays the very object, if it is more than a promise', async () => {
  class Query extends Promise<string> {
    cancel() {}
  }
  const query = Query.resolve('rows');
  const container = Container.create();
  container.registerProvider(Counter, Scope.Singleton);
  const ask = inject([Counter], () => query);
  container.run(() => {
    for (let i = 0; i < 20; i++) expect(ask()).toBe(query);
  });
  await container.dispose();
});

test.each<[string, (container: Container) => Pick<Container, 'resolveAsync'>, 'dispose' | 'reset']>([
  ['dispose', (container) => container, 'dispose'],
  ['reset', (container) => container, 'reset'],
  ['dispose, in a scope', (container) => container.openScope(), 'dispose'],
  ['reset, in a scope', (container) => container.openScope(), 'reset'],
])(
  'what takes time to make is made before its singletons are closed, and those made for it are, too: %s',
  async (_, from, end) => {
    const container = Container.create();
    const order: string[] = [];
    const slow = gate();
    const First = token<object>('First');
    const Slow = token<number>('Slow');
    const Last = token<object>('Last');
    const Whole = token<string>('Whole');
    for (const part of [First, Last]) {
      const useFactory = () => ({ [Symbol.dispose]: () => order.push(`${part.name} closes`) });
      container.registerProvider(part, { useFactory });
    }
    container.registerProvider(Slow, { scope: Scope.Transient, useFactory: () => slow.passed.then(() => 1) });
    container.registerProvider(Whole, {
      scope: Scope.Transient,
      useFactory: () => 'whole',
      deps: [First, Slow, Last],
    });
    const whole = from(container)
      .resolveAsync(Whole)
      .then((value) => order.push(value));
    await settled();
    const ended = container[end]();
    await settled();
    slow.open();
    await Promise.all([whole, ended]);
    expect(order).toEqual(['whole', 'Last closes', 'First closes']);
  },
);

test.each(['dispose', 'reset'] as const)(
  '%s waits also for the singletons that a call in flight is made of, one after the other',
  async (end) => {
    const container = Container.create();
    const order: string[] = [];
    const slow = [gate(), gate()];
    const parts = slow.map(({ passed }, index) => {
      const part = token<object>(`part ${index}`);
      const useFactory = async () => {
        await passed;
        return { [Symbol.dispose]: () => order.push(`${index} closes`) };
      };
      container.registerProvider(part, { useFactory });
      return part;
    });
    const running = container.run(inject(parts, async () => order.push('called')));
    const ended = container[end]();
    for (const { open } of slow) {
      await settled();
      open();
    }
    await Promise.all([running, ended]);
    expect(order).toEqual(['called', '1 closes', '0 closes']);
  },
);

test('a container that has been disposed says so, also to functions that ran before', async () => {
  const container = Container.create();
  container.registerProvider(Counter, Scope.Singleton);
  const count = inject([Counter], ({ count }) => count);
  container.run(() => {
    for (let i = 0; i < 20; i++) count();
  });
  await container.run(async () => {
    await container.dispose();
    expect(() => count()).toThrow(ContainerDisposedError);
  });
  const message =
    'the container has been disposed\nDispose it last, or make a new one with Container.create().';
  expect(() => container.resolve(Counter)).toThrow(message);
  expect(() => container.openScope()).toThrow(message);
  expect(() => container.run(() => 1)).toThrow(message);
  await expect(container.resolveAsync(Counter)).rejects.toThrow(message);
});

test('a child of a container that is disposed does not make its singletons again', async () => {
  const parent = Container.create();
  parent.registerProvider(Counter, Scope.Singleton);
  const child = Container.create({ parent });
  const first = child.resolve(Counter);
  expect(parent.resolve(Counter)).toBe(first);
  await parent.dispose();
  expect(() => child.resolve(Counter)).toThrow(ContainerDisposedError);
  await expect(child.resolveAsync(Counter)).rejects.toThrow(ContainerDisposedError);
  await child.dispose();
});

test('aliases that make a loop through a parent are an error, not an endless search', () => {
  const parent = Container.create();
  const child = Container.create({ parent });
  const [One, Other] = [token<object>('One'), token<object>('Other')];
  child.aliasProvider(Other, One);
  parent.aliasProvider(One, Other);
  const call = inject([One], (one) => one);
  // An object is looked at: it may be what the token gives.
  expect(() => child.run(() => call({}))).toThrow('One -> Other -> One');
});

test.each(['by itself', 'in an override that has ended'])(
  'what a child has registered and decorated, %s, is made and closed by the child',
  async (how) => {
    const log: string[] = [];
    class Config {
      constructor(readonly of: string) {}
    }
    class Database {
      constructor(readonly config: Config) {}
      [Symbol.dispose]() {
        log.push('closed');
      }
    }
    const parent = Container.create();
    parent.registerProvider(Config, { useValue: new Config('parent') });
    const child = Container.create({ parent });
    child.registerProvider(Config, { useValue: new Config('child') });
    const provider = { useClass: Database, deps: [Config] };
    if (how === 'by itself') child.registerProvider(Database, provider);
    {
      using _ = how === 'by itself' ? undefined : child.override(Database, provider);
      child.decorateProvider(Database, (database) => database);
    }
    expect(child.resolve(Database).config.of).toBe('child');
    await child.dispose();
    expect(log).toEqual(['closed']);
  },
);

test('what a child has decorated of its parent stays a singleton of the parent', async () => {
  class Database {
    closed = false;
    [Symbol.dispose]() {
      this.closed = true;
    }
  }
  const parent = Container.create();
  parent.registerProvider(Database, Scope.Singleton);
  const child = Container.create({ parent });
  child.decorateProvider(Database, (database) => ({ ...database, [Symbol.dispose]() {} }));
  expect(child.resolve(Database)).not.toBe(parent.resolve(Database));
  await child.dispose();
  expect(parent.resolve(Database).closed).toBe(false);
});
