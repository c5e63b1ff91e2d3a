import { Background, Container, inject, Resource, Scope, SelfWaitError } from 'offstage';
import { beforeEach, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';

const log: string[] = [];
beforeEach(() => {
  log.length = 0;
});

class Database {
  constructor(readonly name = 'database') {}
  [Symbol.dispose]() {
    log.push(`${this.name} disposed`);
  }
}
class Repository {
  constructor(readonly database: Database) {}
  [Symbol.dispose]() {
    log.push(`repository over ${this.database.name} disposed`);
  }
}
class Report {
  constructor(readonly repository: Repository) {}
  [Symbol.dispose]() {
    log.push('report disposed');
  }
}
class Settings {}

/** A container, its child with a repository, and a grandchild with a report over that. */
function family() {
  const parent = Container.create();
  const child = Container.create({ parent });
  const grandchild = Container.create({ parent: child });
  child.registerProvider(Repository, { useClass: Repository, deps: [Database] });
  child.registerProvider(Settings, Scope.Singleton);
  grandchild.registerProvider(Report, { useClass: Report, deps: [Repository] });
  return { parent, child, grandchild };
}

const database = { useFactory: () => new Database() };
const fake = { useFactory: () => new Database('fake') };

test('an override leaves nothing behind in the singletons of child containers', async () => {
  const { parent, child, grandchild } = family();
  parent.registerProvider(Database, database);
  const settings = child.resolve(Settings);
  {
    await using _ = parent.override(Database, fake);
    expect(grandchild.resolve(Report).repository.database.name).toBe('fake');
  }
  expect(log).toEqual(['report disposed', 'repository over fake disposed', 'fake disposed']);
  expect(grandchild.resolve(Report).repository.database).toBe(parent.resolve(Database));
  expect(parent.resolve(Database).name).toBe('database');
  expect(child.resolve(Settings)).toBe(settings); // it holds nothing of it
});

test('an override by a value, which nobody keeps, leaves nothing behind there either', async () => {
  const { parent, child } = family();
  parent.registerProvider(Database, database);
  {
    await using _ = parent.override(Database, { useValue: new Database('given') });
    expect(child.resolve(Repository).database.name).toBe('given');
  }
  expect(log).toEqual(['repository over given disposed']);
  expect(child.resolve(Repository).database.name).toBe('database');
});

test('restore forgets them too, and waits for calls of the child containers that may use them', async () => {
  class Session {
    [Resource.exit]() {
      log.push('session closed');
    }
  }
  const { parent, child } = family();
  parent.registerProvider(Session, Scope.Resource);
  parent.registerProvider(Database, database);
  const snapshot = parent.snapshot();
  const before = child.resolve(Repository);
  const end = gate();
  const call = inject([Session, Repository], async () => {
    await end.passed;
    log.push('call ends');
  });
  const running = child.run(() => call());
  const restored = parent.restore(snapshot);
  expect(child.resolve(Repository)).not.toBe(before);
  await settled();
  expect(log).toEqual([]);
  end.open();
  await Promise.all([running, restored]);
  expect(log).toEqual([
    'call ends',
    'session closed',
    'repository over database disposed',
    'database disposed',
  ]);
});

test('a container that is disposed disposes first what holds its singletons, and each once', async () => {
  const { parent, child, grandchild } = family();
  parent.registerProvider(Database, database);
  grandchild.resolve(Report);
  await parent.dispose();
  const inOrder = ['report disposed', 'repository over database disposed', 'database disposed'];
  expect(log).toEqual(inOrder);
  await grandchild.dispose();
  await child.dispose();
  expect(log).toEqual(inOrder);
});

test('one that fails keeps no other from being disposed, and its error is thrown', async () => {
  class Failing {
    constructor(readonly database: Database) {}
    [Symbol.dispose]() {
      throw new Error('broken');
    }
  }
  const { parent, child } = family();
  parent.registerProvider(Database, database);
  child.registerProvider(Failing, { useClass: Failing, deps: [Database] });
  child.resolve(Failing);
  child.resolve(Repository);
  await expect(parent.dispose()).rejects.toThrow('broken');
  expect(log).toEqual(['repository over database disposed', 'database disposed']);
});

/** A singleton whose disposal takes until it is let go. */
function slowOver(closing: { readonly passed: Promise<void> }) {
  return class Slow {
    constructor(readonly database: Database) {}
    async [Symbol.asyncDispose]() {
      log.push('slow begins');
      await closing.passed;
      log.push('slow ends');
    }
  };
}

test.each(['restore', 'reset'] as const)(
  'a task of a child that would wait for itself in %s is told so',
  async (way) => {
    const { parent, child } = family();
    parent.registerProvider(Database, { ...database, scope: Scope.Resource });
    const snapshot = parent.snapshot();
    const bg = child.run(() => new Background());
    const wait = inject([Database], async () => parent[way](snapshot));
    const task = await child.run(() => bg.add(wait));
    await expect(task.result).rejects.toBeInstanceOf(SelfWaitError);
  },
);

test('a child that is disposed while its parent is restored waits for its calls, and each container for its own', async () => {
  const { parent, child } = family();
  parent.registerProvider(Database, { ...database, scope: Scope.Resource });
  const snapshot = parent.snapshot();
  for (const container of [child, parent]) {
    const end = gate();
    const call = inject([Database], async () => {
      await end.passed;
      return container.resolve(Database) instanceof Database;
    });
    const running = container.run(() => call());
    const restored = parent.restore(snapshot);
    const disposed = container.dispose();
    await settled();
    end.open();
    expect(await running).toBe(true);
    await Promise.all([restored, disposed]);
  }
});

test('a child that is disposed waits for what its parent closes there, before it closes what that uses', async () => {
  const { parent, child } = family();
  const closing = gate();
  class Logger {
    [Symbol.dispose]() {
      log.push('logger disposed');
    }
  }
  const Slow = slowOver(closing);
  parent.registerProvider(Database, database);
  child.registerProvider(Logger, Scope.Singleton);
  child.registerProvider(Slow, { useClass: Slow, deps: [Database, Logger] });
  const override = parent.override(Database, fake);
  child.resolve(Slow);
  const ended = override[Symbol.asyncDispose]();
  const disposed = child.dispose().then(() => log.push('child disposed'));
  await settled();
  expect(log).toEqual(['slow begins']);
  closing.open();
  await Promise.all([ended, disposed]);
  expect(log.filter((line) => line !== 'fake disposed')).toEqual([
    'slow begins',
    'slow ends',
    'logger disposed',
    'child disposed',
  ]);
});

test('a container that is disposed waits for a child that is being disposed', async () => {
  const { parent, child } = family();
  const closing = gate();
  const Slow = slowOver(closing);
  parent.registerProvider(Database, database);
  child.registerProvider(Slow, { useClass: Slow, deps: [Database] });
  child.resolve(Slow);
  const disposed = [child.dispose(), parent.dispose()];
  await settled();
  closing.open();
  await Promise.all(disposed);
  expect(log).toEqual(['slow begins', 'slow ends', 'database disposed']);
});
