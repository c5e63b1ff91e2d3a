import { Container, type Factory, factory, inject, type Lazy, lazy, Scope, token } from 'offstage';
import { describe, expect, test } from 'vitest';

/** Tells what is closed, and where it is used. */
class Connection {
  closed = 0;
  [Symbol.dispose]() {
    this.closed++;
  }
}
const Reader = token<Connection>('Reader');

describe('a factory that hands out a resource of another scope leaves it to that one', () => {
  /** A container whose readers hand out a connection of elsewhere. */
  function readers() {
    const container = Container.create();
    container.registerProvider(Connection, {
      scope: Scope.Resource,
      useClass: Connection,
      deps: [],
      nested: 'share',
    });
    container.registerProvider(Reader, {
      scope: Scope.Transient,
      useFactory: (connection: Connection) => connection,
      deps: [Connection],
    });
    return container;
  }

  test('of the call around it', async () => {
    const container = readers();
    const read = inject([Reader], async (reader) => reader);
    const outer = inject([Connection], async (connection) => {
      expect(await read()).toBe(connection);
      expect(connection.closed).toBe(0);
      return connection;
    });
    expect((await container.run(() => outer())).closed).toBe(1);
  });

  test('of its caller', () => {
    const container = readers();
    const connection = new Connection();
    const both = inject([Connection, Reader], (given, reader) => [given, reader]);
    expect(container.run(() => both(connection))).toEqual([connection, connection]);
    expect(connection.closed).toBe(0);
  });

  test('of a singleton that has made it', async () => {
    const container = Container.create();
    class Holder {
      readonly connection: Connection;
      constructor(make: Factory<Connection>) {
        this.connection = make();
      }
    }
    container.registerProvider(Connection, { scope: Scope.Transient, useClass: Connection, deps: [] });
    container.registerProvider(Holder, { useClass: Holder, deps: [factory(Connection)] });
    container.registerProvider(Reader, {
      scope: Scope.Transient,
      useFactory: (holder: Holder) => holder.connection,
      deps: [Holder],
    });
    const read = inject([Reader], (reader) => reader);
    const connection = container.run(read);
    expect([container.run(read), connection.closed]).toEqual([connection, 0]);
    await container.dispose();
    expect(connection.closed).toBe(1);
  });
});

describe('a factory that gives what was closed before has it closed again', () => {
  function pooled() {
    const container = Container.create();
    const idle: Connection[] = [];
    let made = 0;
    class Pooled extends Connection {
      readonly number = ++made;
      override [Symbol.dispose]() {
        super[Symbol.dispose]();
        idle.push(this);
      }
    }
    container.registerProvider(Reader, {
      scope: Scope.Resource,
      useFactory: () => idle.pop() ?? new Pooled(),
    });
    return { container, made: () => made };
  }

  test('by each call', async () => {
    const { container, made } = pooled();
    const read = inject([Reader], async (reader) => reader);
    const uses = [await container.run(read), await container.run(read), await container.run(read)];
    expect(new Set(uses).size).toBe(1);
    expect([uses[0]?.closed, made()]).toEqual([3, 1]);
  });

  test('by each who has resolved it by hand', async () => {
    const { container, made } = pooled();
    let closed = 0;
    for (let use = 1; use <= 3; use++) {
      const reader = container.resolve(Reader) as Connection & AsyncDisposable; // resolve() adds it
      await reader[Symbol.asyncDispose]();
      closed = reader.closed;
      expect(closed).toBe(use);
    }
    expect([closed, made()]).toEqual([3, 1]);
    await container.dispose();
  });
});

describe('what a provider has made goes before injection, however it was made', () => {
  const Handed = token<object>('Handed');
  const same = inject([Handed], (handed) => handed);

  test('by a generator', async () => {
    const container = Container.create();
    container.registerProvider(Handed, {
      scope: Scope.Resource,
      async *useFactory() {
        yield {};
      },
    });
    const inner = inject([Handed], async (handed) => handed);
    const outer = inject([Handed], async (handed) => (await inner(handed)) === handed);
    expect(await container.run(() => outer())).toBe(true);
  });

  test('by a factory of it', () => {
    const container = Container.create();
    container.registerProvider(Handed, { scope: Scope.Transient, useFactory: () => ({}) });
    const made = container.run(inject([factory(Handed)], (make) => make()));
    expect(container.run(() => same(made))).toBe(made);
  });

  test('by one that a decorating factory passes on', () => {
    const container = Container.create();
    container.registerProvider(Handed, { scope: Scope.Transient, useFactory: () => ({}) });
    container.decorateProvider(Handed, (handed) => handed);
    const made = container.resolve(Handed);
    expect(container.run(() => same(made))).toBe(made);
  });
});

test('a decorating factory that passes on what a generator yields leaves its end to that', async () => {
  const container = Container.create();
  const connection = new Connection();
  container.registerProvider(Reader, {
    scope: Scope.Resource,
    *useFactory() {
      try {
        yield connection;
      } finally {
        connection[Symbol.dispose]();
      }
    },
  });
  container.decorateProvider(Reader, (reader) => reader);
  expect(container.run(inject([Reader], (reader) => reader))).toBe(connection);
  expect(connection.closed).toBe(1);
});

test('what is a value, or a singleton, stays one when a generator has yielded it', async () => {
  const container = Container.create();
  const value = new Connection();
  const Shared = token<Connection>('Shared');
  const Yielded = token<Connection>('Yielded');
  container.registerProvider(Shared, { useValue: value });
  container.registerProvider(Connection, Scope.Singleton);
  for (const of of [Shared, Connection]) {
    container.registerProvider(Yielded, {
      scope: Scope.Resource,
      *useFactory(connection: Connection) {
        yield connection;
      },
      deps: [of],
    });
    container.registerProvider(Reader, {
      scope: Scope.Transient,
      useFactory: (connection: Connection) => connection,
      deps: [of],
    });
    container.run(inject([Yielded], () => {}));
    expect(container.run(inject([Reader], (reader) => reader)).closed).toBe(0);
  }
  await container.dispose();
  expect(value.closed).toBe(0);
});

describe('what is opened later by a value that was resolved by hand is closed with it', () => {
  class Service {
    constructor(
      readonly lazily: Lazy<Connection>,
      readonly make: Factory<Connection>,
    ) {}
  }
  function services() {
    const container = Container.create();
    container.registerProvider(Connection, { scope: Scope.Resource, useClass: Connection, deps: [] });
    container.registerProvider(Service, {
      scope: Scope.Transient,
      useClass: Service,
      deps: [lazy(Connection), factory(Connection)],
    });
    return container;
  }

  test('by who has it', async () => {
    const container = services();
    const service = container.resolve(Service) as Service & AsyncDisposable; // resolve() adds it
    const opened = [service.lazily.value, service.make()];
    await service[Symbol.asyncDispose]();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
    await container.dispose();
  });

  test('and else by the container', async () => {
    const container = services();
    const opened = [container.resolve(Service).lazily.value, container.resolve(lazy(Connection)).value];
    await container.dispose();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
  });
});

describe('what a singleton was given later is closed after it', () => {
  let closed: string[] = [];
  class Closing {
    [Symbol.dispose]() {
      closed.push(this.constructor.name);
    }
  }
  class Db extends Closing {}
  class Repository extends Closing {
    constructor(readonly db: Db) {
      super();
    }
  }
  class Job extends Closing {
    constructor(readonly repository: Repository) {
      super();
    }
  }
  class Pool extends Closing {
    constructor(readonly jobs: Lazy<Job>) {
      super();
    }
  }
  class Desk extends Closing {
    constructor(readonly pool: Pool) {
      super();
    }
  }

  function containerOf(jobs: 'lazy' | 'factory'): Container {
    closed = [];
    const container = Container.create();
    container.registerProvider(Db, { useClass: Db, deps: [] });
    container.registerProvider(Repository, { useClass: Repository, deps: [Db] });
    container.registerProvider(Job, { useClass: Job, deps: [Repository], scope: 'transient' });
    const product = jobs === 'lazy' ? lazy(Job) : factory(Job);
    container.registerProvider(Pool, {
      useFactory: (made: Lazy<Job>) => new Pool(made),
      deps: [product as never],
    });
    container.registerProvider(Desk, { useClass: Desk, deps: [Pool] });
    return container;
  }

  test.each(['lazy', 'factory'] as const)('made by a %s', async (jobs) => {
    const container = containerOf(jobs);
    const { pool } = container.resolve(Desk);
    if (typeof pool.jobs === 'function') (pool.jobs as () => Job)();
    else pool.jobs.value;
    await container.dispose();
    expect(closed).toEqual(['Desk', 'Job', 'Pool', 'Repository', 'Db']);
  });

  test('but for those that hold each other, which keep to the reverse order of their creation', async () => {
    class Parent extends Closing {
      constructor(readonly child: Lazy<Child>) {
        super();
      }
    }
    class Child extends Closing {
      constructor(readonly parent: Parent) {
        super();
      }
    }
    closed = [];
    const container = Container.create();
    container.registerProvider(Parent, { useClass: Parent, deps: [lazy(Child)] });
    container.registerProvider(Child, { useClass: Child, deps: [Parent] });
    container.registerProvider(Db, { useClass: Db, deps: [] });
    container.resolve(Parent).child.value;
    container.resolve(Db);
    await container.dispose();
    expect(closed).toEqual(['Db', 'Child', 'Parent']);
  });
});
