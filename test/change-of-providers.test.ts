import {
  Background,
  Container,
  factory,
  inject,
  type Lazy,
  lazy,
  Resource,
  Scope,
  singleton,
  type Token,
  token,
} from 'offstage';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

interface Mailer {
  readonly name: string;
}
const Mailer = token<Mailer>('Mailer');
class Service {
  constructor(readonly mailer: Mailer) {}
}

const log = quietLog();
beforeEach(async () => {
  await Container.reset();
  Container.registerProvider(Mailer, { useFactory: () => ({ name: 'real' }) });
  Container.registerProvider(Service, { useClass: Service, deps: [Mailer] });
});

test('registering a token twice warns, and the last one counts', async () => {
  Container.registerProvider(Mailer, { useValue: { name: 'second' } });
  await vi.waitFor(() => expect(log.lines).toEqual(['warn: The provider of Mailer is being overwritten.']));
  expect(Container.resolve(Mailer).name).toBe('second');
});

test('overriding beneath a singleton that is made warns, with its name', async () => {
  Container.resolve(Service);
  Container.aliasProvider(Mailer, token<Mailer>('Other'));
  const warning = 'warn: The singleton Service is already made and keeps the Mailer it was given.';
  await vi.waitFor(() => expect(log.lines).toEqual([warning]));
});

test('an override stands before the provider until it is disposed, for functions that were injected before, too', async () => {
  const call = inject([Mailer], (mailer) => mailer.name);
  for (let i = 0; i < 20; i++) expect(call()).toBe('real');
  {
    using _ = Container.override(Mailer, { useValue: { name: 'fake' } });
    expect(call()).toBe('fake');
    expect(Container.resolve(Service).mailer.name).toBe('fake');
  }
  expect(call()).toBe('real');
  expect(Container.resolve(Service).mailer.name).toBe('real');
});

test('an alias overrides also what was injected before', () => {
  class Real {}
  class Fake extends Real {}
  Container.registerProvider(Real, Scope.Singleton);
  Container.registerProvider(Fake, Scope.Singleton);
  const call = inject([Real], (real) => real);
  expect(call()).not.toBeInstanceOf(Fake);
  Container.aliasProvider(Real, Fake);
  expect(call()).toBe(Container.resolve(Fake));
});

test('the warning names who holds a value through a transient, not who holds it through a singleton', async () => {
  const [Between, Near, Far] = [token<object>('Between'), token<object>('Near'), token<object>('Far')];
  const over = (below: typeof Near | typeof Mailer, scope: Scope = Scope.Singleton) => ({
    useFactory: (value: unknown) => ({ value }),
    deps: [below],
    scope,
  });
  Container.registerProvider(Between, over(Mailer, Scope.Transient));
  Container.registerProvider(Near, over(Between));
  Container.registerProvider(Far, over(Near));
  Container.resolve(Far);
  Container.aliasProvider(Mailer, token<Mailer>('Other'));
  const warning = (name: string) =>
    `warn: The singleton ${name} is already made and keeps the Mailer it was given.`;
  await vi.waitFor(() => expect(log.lines).toEqual([warning('Near')]));
  await Container.reset();
  log.lines.length = 0;
  Container.registerProvider(Mailer, { useFactory: () => ({ name: 'again' }) });
  Container.registerProvider(Service, { useClass: Service, deps: [Mailer] });
  Container.resolve(Service);
  Container.aliasProvider(Mailer, token<Mailer>('Other'));
  await vi.waitFor(() => expect(log.lines).toEqual([warning('Service')]));
});

test('an override leaves nothing behind in a singleton over a singleton that was made of it', async () => {
  const App = token<{ readonly service: Service }>('App');
  Container.registerProvider(App, { useFactory: (service: Service) => ({ service }), deps: [Service] });
  const override = Container.override(Mailer, { useValue: { name: 'fake' } });
  expect(Container.resolve(App).service.mailer.name).toBe('fake');
  await override[Symbol.asyncDispose]();
  expect(Container.resolve(App).service.mailer.name).toBe('real');
  expect(Container.resolve(App).service).toBe(Container.resolve(Service));
});

test('an override disposes what was made of it, and may end in any order', async () => {
  const closed: string[] = [];
  const fake = (name: string) => ({
    useFactory: () => ({ name, [Symbol.dispose]: () => closed.push(name) }),
  });
  const first = Container.override(Mailer, fake('first'));
  expect(Container.resolve(Service).mailer.name).toBe('first');
  const second = Container.override(Mailer, fake('second'));
  expect(Container.resolve(Mailer).name).toBe('second');
  await first[Symbol.asyncDispose]();
  expect(closed).toEqual(['first']);
  expect(Container.resolve(Mailer).name).toBe('second');
  await second[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  expect(closed).toEqual(['first', 'second']);
  expect(Container.resolve(Service).mailer.name).toBe('real');
});

test('restore acts at once, and disposes when the calls in flight have ended', async () => {
  const log: string[] = [];
  class Session {
    [Resource.exit]() {
      log.push('session closed');
    }
  }
  class Cache {
    [Symbol.dispose]() {
      log.push('cache disposed');
    }
  }
  Container.registerProvider(Session, Scope.Resource);
  const snapshot = Container.snapshot();
  Container.registerProvider(Cache, Scope.Singleton);
  const end = gate();
  const call = inject([Session, Cache], async () => {
    await end.passed;
    log.push('body ends');
  });
  const running = call();
  const restored = Container.restore(snapshot);
  expect(Container.hasProvider(Cache)).toBe(false);
  expect(Container.hasProvider(Session)).toBe(true);
  // Whatever would not wait has happened by then.
  await settled();
  end.open();
  await Promise.all([running, restored]);
  expect(log).toEqual(['body ends', 'session closed', 'cache disposed']);
});

test('restore waits for a singleton that is being made, and disposes it', async () => {
  const log: string[] = [];
  const Slow = token<object>('Slow');
  const end = gate();
  const snapshot = Container.snapshot();
  Container.registerProvider(Slow, {
    async *useFactory() {
      await end.passed;
      log.push('made');
      yield {};
      log.push('closed');
    },
  });
  const making = Container.resolveAsync(Slow);
  const restored = Container.restore(snapshot);
  end.open();
  await Promise.all([making, restored]);
  expect(log).toEqual(['made', 'closed']);
});

test('restore forgets a singleton that was planned before the snapshot and made after it', async () => {
  const Fails = token<object>('Fails');
  const fail = () => {
    throw new Error('not yet');
  };
  Container.registerProvider(Fails, { useFactory: fail });
  const both = inject([Fails, Service], () => {});
  expect(both).toThrow('not yet');
  const snapshot = Container.snapshot();
  Container.registerProvider(Mailer, { useFactory: () => ({ name: 'fake' }) });
  expect(Container.resolve(Service).mailer.name).toBe('fake');
  await Container.restore(snapshot);
  expect(Container.resolve(Service).mailer.name).toBe('real');
});

test('restore forgets a singleton that was made before the snapshot, gone since, and made anew', async () => {
  const fake = Container.override(Mailer, { useFactory: () => ({ name: 'fake' }) });
  Container.resolve(Service);
  const before = Container.snapshot();
  await fake[Symbol.asyncDispose]();
  expect(Container.resolve(Service).mailer.name).toBe('real');
  await Container.restore(before);
  expect(Container.resolve(Service).mailer).toBe(Container.resolve(Mailer));
});

test("a child's snapshot may be restored in a root, which still learns of what is decorated later", async () => {
  const container = Container.create();
  await container.restore(Container.create({ parent: container }).snapshot());
  class Later {}
  singleton(Later);
  expect(container.hasProvider(Later)).toBe(true);
  const child = Container.create({ parent: container });
  await child.restore(container.snapshot());
  class Latest {}
  singleton(Latest);
  expect(child.resolve(Latest)).toBe(container.resolve(Latest));
});

test('reset brings back what is built in, and nothing else', async () => {
  const before = Container.resolve(Service);
  await Container.reset();
  expect(Container.hasProvider(Service)).toBe(false);
  Container.registerProvider(Mailer, { useValue: { name: 'new' } });
  Container.registerProvider(Service, { useClass: Service, deps: [Mailer] });
  expect(Container.resolve(Service)).not.toBe(before);
});

/** Singletons that ask for a mailer later: by `Lazy`, by a transient behind a `Lazy`, and by a `Factory`. */
const later: [string, (real: typeof Mailer) => { take(): string }][] = [
  ['a Lazy', (of) => holder(lazy(of), (lazy) => lazy.value.name)],
  ['a Lazy of something made over it', () => holder(lazy(Service), (lazy) => lazy.value.mailer.name)],
  ['a Factory', (of) => holder(factory(of), (make) => make().name)],
  ['a Factory of something made over it', () => holder(factory(Service), (make) => make().mailer.name)],
];

/** A singleton in the container, made now, that is given what the token stands for; `take` asks the one that is there. */
function holder<T>(given: Token<T>, name: (value: T) => string): { take(): string } {
  const Holder = token<{ readonly take: () => string }>('Holder');
  Container.registerProvider(Holder, {
    useFactory: (value: T) => {
      const kept: string[] = [];
      return { take: () => (kept[0] ??= name(value)) }; // as what keeps what it made
    },
    deps: [given],
  });
  Container.resolve(Holder);
  return { take: () => Container.resolve(Holder).take() };
}

describe.each(later)('an override leaves nothing behind in a singleton that takes it by %s', (_, hold) => {
  test.each([Scope.Singleton, Scope.Transient])('%s', async (scope) => {
    await Container.reset();
    Container.registerProvider(Mailer, { useFactory: () => ({ name: 'real' }), scope });
    Container.registerProvider(Service, { useClass: Service, deps: [Mailer], scope });
    const { take } = hold(Mailer);
    const override = Container.override(Mailer, { useFactory: () => ({ name: 'fake' }) });
    expect(take()).toBe('fake');
    await override[Symbol.asyncDispose]();
    expect(take()).toBe('real');
  });
});

test('a singleton that asked for nothing during an override is kept', async () => {
  const Keeper = token<Lazy<Mailer>>('Keeper');
  Container.registerProvider(Keeper, { useFactory: (mailer: Lazy<Mailer>) => mailer, deps: [lazy(Mailer)] });
  const kept = Container.resolve(Keeper);
  await Container.override(Mailer, { useFactory: () => ({ name: 'fake' }) })[Symbol.asyncDispose]();
  expect(Container.resolve(Keeper)).toBe(kept);
  expect(kept.value.name).toBe('real');
});

test('overriding what a singleton has taken by a Lazy warns, too', async () => {
  const { take } = holder(lazy(Mailer), (lazy) => lazy.value.name);
  await Container.override(Mailer, { useValue: { name: 'early' } })[Symbol.asyncDispose]();
  take();
  using _ = Container.override(Mailer, { useValue: { name: 'late' } });
  const warning = 'warn: The singleton Holder is already made and keeps the Mailer it was given.';
  await vi.waitFor(() => expect(log.lines).toEqual([warning]));
});

test('what is decorated during an override is what was registered', () => {
  {
    using _ = Container.override(Mailer, { useValue: { name: 'fake' } });
    Container.decorateProvider(Mailer, ({ name }) => ({ name: `${name}, decorated` }));
    expect(Container.resolve(Mailer).name).toBe('fake');
  }
  expect(Container.resolve(Mailer).name).toBe('real, decorated');
});

test('also where a child decorates what its parent overrides', () => {
  const child = Container.create({ parent: Container });
  {
    using _ = Container.override(Mailer, { useValue: { name: 'fake' } });
    child.decorateProvider(Mailer, ({ name }) => ({ name: `${name}, decorated` }));
  }
  expect(child.resolve(Mailer).name).toBe('real, decorated');
});

test('what a child has decorated is made once, also where its parent registers anew what that wraps', () => {
  const parent = Container.create();
  parent.registerProvider(Mailer, { useFactory: () => ({ name: 'first' }) });
  const child = Container.create({ parent });
  const kept = parent.resolve(Mailer);
  child.decorateProvider(Mailer, (inner) => ({ name: 'decorated', inner }), [Mailer]);
  parent.registerProvider(Mailer, { useFactory: () => ({ name: 'second' }) });
  expect(child.resolve(Mailer)).toEqual({ name: 'decorated', inner: kept });
  expect((child.resolve(Mailer) as { inner?: Mailer }).inner).toBe(kept);
});

test('restoring a snapshot brings back no override that has ended since, and those that stand', async () => {
  const outer = Container.override(Mailer, { useValue: { name: 'outer' } });
  const inner = Container.override(Mailer, { useValue: { name: 'inner' } });
  const snapshot = Container.snapshot();
  inner[Symbol.dispose]();
  await Container.restore(snapshot);
  expect(Container.resolve(Mailer).name).toBe('outer');
  outer[Symbol.dispose]();
  await Container.restore(snapshot);
  expect(Container.resolve(Mailer).name).toBe('real');
});

test('restoring a snapshot takes singletons along that were given since what goes', async () => {
  class Holder {
    constructor(readonly mailer: Lazy<Mailer>) {}
  }
  Container.registerProvider(Holder, { useClass: Holder, deps: [lazy(Mailer)] });
  const holder = Container.resolve(Holder);
  const snapshot = Container.snapshot();
  expect(holder.mailer.value.name).toBe('real');
  await Container.restore(snapshot);
  const anew = Container.resolve(Holder);
  expect(anew).not.toBe(holder);
  expect(anew.mailer.value).toBe(Container.resolve(Mailer));
});

test('what a task that had waited makes of a provider that has gone is closed with the container', async () => {
  const { passed, open } = gate();
  let [made, closed] = [0, 0];
  class Database {
    constructor() {
      made++;
    }
    [Symbol.dispose]() {
      closed++;
    }
  }
  const container = Container.create();
  container.registerProvider(Database, Scope.Singleton);
  const snapshot = container.snapshot();
  const bg = container.run(() => new Background({ maxConcurrency: 1 }));
  await bg.add(async () => passed);
  const { result } = await bg.add(inject([Database], async () => {}));
  await container.restore(snapshot);
  open();
  await result;
  container.resolve(Database);
  await container.dispose();
  expect([made, closed]).toEqual([2, 2]);
});
