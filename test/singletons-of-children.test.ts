import { Container, inject, Resource, Scope } from 'offstage';
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
