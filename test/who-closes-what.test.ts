import { Container, factory, inject, Scope, token } from 'offstage';
import { describe, expect, test } from 'vitest';

class Pool {
  closed = 0;
  [Symbol.dispose]() {
    this.closed++;
  }
}
const Shared = token<Pool>('Shared');
const Handed = token<Pool>('Handed');

test.each(Object.values(Scope))('a value is never closed, also where a %s hands it out', async (scope) => {
  const container = Container.create();
  const pool = new Pool();
  container.registerProvider(Shared, { useValue: pool });
  container.registerProvider(Handed, { useFactory: (shared: Pool) => shared, deps: [Shared], scope });
  const call = inject([Handed], (handed) => handed);
  for (let i = 0; i < 2; i++) expect(container.run(call)).toBe(pool);
  await container.dispose();
  expect(pool.closed).toBe(0);
});

test('nor where a decorating factory passes it on', async () => {
  const container = Container.create();
  const pool = new Pool();
  container.registerProvider(Shared, { useValue: pool });
  container.decorateProvider(Shared, (shared) => shared);
  expect(container.resolve(Shared)).toBe(pool);
  await container.dispose();
  expect(pool.closed).toBe(0);
});

test('a function that a factory makes is closed as any other value', async () => {
  const container = Container.create();
  const log: string[] = [];
  const Send = token<() => string>('Send');
  container.registerProvider(Send, {
    scope: Scope.Transient,
    useFactory: () => Object.assign(() => 'sent', { [Symbol.dispose]: () => log.push('closed') }),
  });
  const call = inject([Send], (send) => send());
  expect(container.run(call)).toBe('sent');
  expect(log).toEqual(['closed']);
  {
    await using send = container.resolve(Send) as (() => string) & AsyncDisposable; // resolve() adds it
    expect(send()).toBe('sent');
  }
  expect(log).toEqual(['closed', 'closed']);
});

test('what answers to every name, as a proxy to elsewhere does, is not called by the names of these', async () => {
  let calls = 0;
  const everything = (): unknown =>
    new Proxy(() => {}, {
      get: (_, name) => (name === 'then' ? undefined : everything()),
      apply: () => void calls++,
    });
  const container = Container.create();
  container.registerProvider(Shared, { useFactory: () => everything() as Pool, scope: Scope.Resource });
  await container.run(inject([Shared], async (shared) => expect(shared === undefined).toBe(false)));
  await container.dispose();
  expect(calls).toBe(0);
});

test('a class may say by a getter how its instances are closed', () => {
  const container = Container.create();
  const log: string[] = [];
  class Session {
    readonly #name = 'session';
    get [Symbol.dispose]() {
      const name = this.#name;
      return () => log.push(name);
    }
  }
  container.registerProvider(Session, Scope.Resource);
  container.run(inject([Session], () => {}));
  expect(log).toEqual(['session']);
});

test('what would be closed with a scope that has ended is not given', async () => {
  const container = Container.create();
  const made: Pool[] = [];
  class Counted extends Pool {
    constructor() {
      super();
      made.push(this);
    }
  }
  container.registerProvider(Counted, Scope.Transient);
  const scope = container.openScope();
  const make = scope.resolve(factory(Counted));
  await scope[Symbol.asyncDispose]();
  const ended = expect.objectContaining({ code: 'ERR_OFFSTAGE_SCOPE_CLOSED' });
  expect(() => scope.resolve(Counted)).toThrow(ended);
  expect(make).toThrow(ended);
  expect(made.map(({ closed }) => closed)).toEqual([1, 1]);
});

test('a scope that ends waits for what is being made in it, which is given nothing closed', async () => {
  const container = Container.create();
  const log: string[] = [];
  const Connection = token<{ readonly isOpen: boolean }>('Connection');
  const Query = token<object>('Query');
  container.registerProvider(Connection, {
    scope: Scope.Resource,
    async *useFactory() {
      const connection = { isOpen: true };
      yield connection;
      connection.isOpen = false;
      log.push('connection closed');
    },
  });
  container.registerProvider(Query, {
    scope: Scope.Transient,
    useFactory: ({ isOpen }: { readonly isOpen: boolean }) => {
      log.push(`query over an ${isOpen ? 'open' : 'ended'} connection`);
      return { [Symbol.dispose]: () => log.push('query closed') };
    },
    deps: [Connection],
  });
  const scope = container.openScope();
  const query = scope.resolveAsync(Query);
  await scope[Symbol.asyncDispose]();
  await query;
  expect(log).toEqual(['query over an open connection', 'query closed', 'connection closed']);
});

test('a container that is disposed closes all, however many fail, and tells of each', async () => {
  const container = Container.create();
  const failing = (name: string, scope: Scope) => {
    const failingToken = token<object>(name);
    const close = () => {
      throw new Error(name);
    };
    container.registerProvider(failingToken, { scope, useFactory: () => ({ [Symbol.dispose]: close }) });
    return failingToken;
  };
  for (const name of ['first', 'second']) container.openScope().resolve(failing(name, Scope.Resource));
  container.resolve(failing('singleton', Scope.Singleton));
  container.registerProvider(Pool, Scope.Singleton);
  const pool = container.resolve(Pool);
  await expect(container.dispose()).rejects.toThrow(/first.*second.*singleton/);
  expect(pool.closed).toBe(1);
});

test.each([Scope.Singleton, Scope.Resource])(
  'a %s may have a method of its own that closes it',
  async (scope) => {
    const container = Container.create();
    const log: string[] = [];
    class Session {
      readonly [Symbol.dispose] = () => void log.push('closed');
    }
    container.registerProvider(Session, { scope, useClass: Session, deps: [] });
    container.run(inject([Session], () => log.push('used')));
    await container.dispose();
    expect(log).toEqual(['used', 'closed']);
  },
);

describe('resolve() refuses a resource that cannot be told of its scope, and closes it', () => {
  const log: string[] = [];
  const dispose = () => log.push('closed');
  const rows: readonly (readonly [why: string, make: () => unknown])[] = [
    ['it is frozen', () => Object.freeze({ [Symbol.dispose]: dispose })],
    [
      'its own disposer cannot be replaced',
      () => Object.defineProperty({}, Symbol.dispose, { value: dispose }),
    ],
    [
      'its own disposer cannot be replaced',
      () => Object.defineProperty({}, Symbol.asyncDispose, { value: async () => dispose() }),
    ],
  ];
  test.each(rows)('%s', async (why, useFactory) => {
    log.length = 0;
    const container = Container.create();
    const Session = token<unknown>('Session');
    container.registerProvider(Session, { useFactory, scope: Scope.Resource });
    expect(() => container.resolve(Session)).toThrow(
      expect.objectContaining({
        code: 'ERR_OFFSTAGE_REGISTRATION',
        message:
          `resolve(Session): the value has to be closed, and nothing can be said to it (${why})\n` +
          'Use "await using scope = Container.openScope()" and scope.resolve(), or take it in an injected function.',
      }),
    );
    expect(log).toEqual(['closed']);
    {
      await using scope = container.openScope();
      scope.resolve(Session);
    }
    expect(log).toEqual(['closed', 'closed']);
  });
});
