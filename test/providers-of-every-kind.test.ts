import {
  all,
  CaptiveDependencyError,
  Container,
  type Factory,
  factory,
  inject,
  lazy,
  optional,
  ProviderNotFoundError,
  RegistrationError,
  Resource,
  Scope,
  type ScopeClosedError,
  token,
} from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';

class Clock {
  now() {
    return 42;
  }
}
interface Plugin {
  readonly name: string;
}
const Plugin = token<Plugin>('Plugin');

beforeEach(async () => {
  await Container.reset();
  Container.registerProvider(Clock, Scope.Singleton);
});

test('two tokens of one type are two providers', () => {
  const Primary = token<Clock>('Primary');
  const Replica = token<Clock>('Replica');
  Container.registerProvider(Primary, { useClass: Clock });
  Container.registerProvider(Replica, { useClass: Clock });
  expect(Container.resolve(Primary)).not.toBe(Container.resolve(Replica));
  expect(Container.resolve(Primary)).toBe(Container.resolve(Primary));
});

test('all providers of a token come in the order of registration, each with its lifetime', () => {
  class Named implements Plugin {
    constructor(
      readonly name: string,
      readonly clock: Clock,
    ) {}
  }
  Container.registerProvider(Plugin, { useValue: { name: 'value' } }, { many: true });
  Container.registerProvider(
    Plugin,
    { useFactory: (clock: Clock) => new Named('factory', clock), deps: [Clock] },
    { many: true },
  );
  Container.registerProvider(
    Plugin,
    { useFactory: () => ({ name: 'transient' }), scope: Scope.Transient },
    { many: true },
  );
  const names = inject([all(Plugin)], (plugins) => plugins.map(({ name }) => name));
  expect(names()).toEqual(['value', 'factory', 'transient']);
  const [first, second] = [Container.resolve(all(Plugin)), Container.resolve(all(Plugin))];
  expect(first[1]).toBe(second[1]);
  expect(first[2]).not.toBe(second[2]);
  expect(Container.hasProvider(Plugin)).toBe(false);
  expect(() => Container.resolve(Plugin)).toThrow(ProviderNotFoundError);
});

test('a caller may pass the whole list, and a list of other things goes to the next parameter', () => {
  Container.registerProvider(Clock, { useClass: Clock }, { many: true });
  const call = inject([all(Clock)], (clocks, texts: string[]) => [clocks.length, texts.length]);
  expect(call(['a', 'b'])).toEqual([1, 2]);
  expect(call([new Clock(), new Clock(), new Clock()], ['a'])).toEqual([3, 1]);
});

test('an optional dependency is undefined where nothing provides it', () => {
  const call = inject([optional(Plugin), optional(Clock)], (plugin, clock) => [plugin, clock?.now()]);
  expect(call()).toEqual([undefined, 42]);
  Container.registerProvider(Plugin, { useValue: { name: 'late' } });
  expect(call()).toEqual([{ name: 'late' }, 42]);
});

test('a lazy dependency is resolved at its first use, and unties a cycle', () => {
  class Parent {
    constructor(readonly child: { readonly value: Child }) {}
  }
  class Child {
    constructor(readonly parent: Parent) {}
  }
  let children = 0;
  Container.registerProvider(Parent, { useClass: Parent, deps: [lazy(Child)] });
  Container.registerProvider(Child, {
    useFactory: (parent: Parent) => {
      children++;
      return new Child(parent);
    },
    deps: [Parent],
  });
  const parent = Container.resolve(Parent);
  expect(children).toBe(0);
  expect(parent.child.value.parent).toBe(parent);
  expect(parent.child.value).toBe(parent.child.value);
  expect(children).toBe(1);
});

test('a lazy resource opens in the scope it was injected in, and not after that has ended', async () => {
  const log: string[] = [];
  class Session {
    [Resource.enter]() {
      log.push('open');
    }
    [Resource.exit]() {
      log.push('close');
    }
  }
  Container.registerProvider(Session, Scope.Resource);
  const unused = inject([lazy(Session)], async (session) => session);
  const late = await unused();
  expect(log).toEqual([]);
  expect(() => late.value).toThrow(
    expect.objectContaining({ code: 'ERR_OFFSTAGE_SCOPE_CLOSED' } satisfies Partial<ScopeClosedError>),
  );
  const used = inject([lazy(Session), Session], async (session, same) => session.value === same);
  expect(await used()).toBe(true);
  expect(log).toEqual(['open', 'close']);
});

test('a singleton can not come to a resource by a lazy value or a factory either', () => {
  class Session {
    [Resource.exit]() {}
  }
  class Holder {
    constructor(
      readonly session: { readonly value: Session },
      readonly report: () => Report,
    ) {}
  }
  class Report {
    constructor(readonly session: Session) {}
  }
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Report, { useClass: Report, scope: Scope.Transient, deps: [Session] });
  Container.registerProvider(Holder, { useClass: Holder, deps: [lazy(Session), factory(Report)] });
  const holder = Container.resolve(Holder);
  expect(() => holder.session.value).toThrow(CaptiveDependencyError);
  expect(() => holder.report()).toThrow(CaptiveDependencyError);
});

test('a factory mixes what is injected with the arguments of its call, and its scope owns what it makes', async () => {
  const closed: string[] = [];
  class Stamp {
    constructor(
      readonly clock: Clock,
      readonly text: string,
    ) {}
    [Symbol.dispose]() {
      closed.push(this.text);
    }
  }
  Container.registerProvider(Stamp, { useClass: Stamp, scope: Scope.Transient, deps: [Clock] });
  const call = inject([factory<Stamp, [text: string]>(Stamp)], async (stamp) => {
    const [a, b] = [stamp('a'), stamp('b')];
    expect(a.clock.now()).toBe(42);
    expect(a).not.toBe(b);
    return a.text + b.text;
  });
  expect(await call()).toBe('ab');
  expect(closed).toEqual(['b', 'a']);
  const bad = inject([factory<Stamp, [text?: string]>(Stamp)], (stamp) => stamp());
  expect(() => bad()).toThrow('Stamp: no argument for #2');
});

test('a factory of a value that nothing makes is refused', () => {
  Container.registerProvider(Plugin, { useValue: { name: 'given' } });
  expect(() => Container.resolve(factory(Plugin))).toThrow(RegistrationError);
  expect(() => Container.resolve(factory(Plugin))).toThrow(
    'a factory of Plugin was asked for, whose provider is a value: nothing could be made anew\n' +
      'Take Plugin itself, or register it with { useClass } or { useFactory }.',
  );
});

test('a factory function may hand out what another provider has made: that one closes it', async () => {
  let closed = 0;
  class Pool {
    [Symbol.dispose]() {
      closed++;
    }
  }
  const Shared = token<Pool>('Shared');
  const container = Container.create();
  container.registerProvider(Pool, Scope.Singleton);
  container.registerProvider(Shared, {
    useFactory: (pool: Pool) => pool,
    deps: [Pool],
    scope: Scope.Resource,
  });
  await container.run(() => inject([Shared], async () => {})());
  expect(closed).toBe(0);
  await container.dispose();
  expect(closed).toBe(1);
});

test('a decorated provider wraps the value, with its lifetime and dependencies of its own', () => {
  class Loud extends Clock {
    constructor(
      readonly inner: Clock,
      readonly plugin: Plugin,
    ) {
      super();
    }
    override now() {
      return this.inner.now() + 1;
    }
  }
  const plain = Container.resolve(Clock);
  Container.registerProvider(Plugin, { useValue: { name: 'p' } });
  Container.decorateProvider(Clock, (inner, plugin: Plugin) => new Loud(inner, plugin), [Clock, Plugin]);
  const loud = Container.resolve(Clock) as Loud;
  expect(loud.inner).toBe(plain);
  expect(loud.plugin.name).toBe('p');
  expect(loud.now()).toBe(43);
  expect(Container.resolve(Clock)).toBe(loud);
  Container.decorateProvider(Clock, (inner) => new Loud(inner, { name: 'q' }));
  expect(Container.resolve(Clock).now()).toBe(44);
  expect(() => Container.decorateProvider(token<Clock>('Missing'), (clock) => clock)).toThrow(
    ProviderNotFoundError,
  );
});

test('getProvider tells what is registered', () => {
  Container.aliasProvider(Plugin, token<Plugin>('Other'));
  expect(Container.getProvider(Clock)).toMatchObject({ kind: 'class', scope: 'singleton', make: Clock });
  expect(Container.getProvider(Plugin)).toMatchObject({ kind: 'alias' });
  expect(Container.getProvider(token('None'))).toBeUndefined();
});

test.each([
  ['a scope for a token', () => Container.registerProvider(Plugin as never, Scope.Singleton)],
  ['an unknown scope', () => Container.registerProvider(Clock, 'forever' as never)],
  ['nothing', () => Container.registerProvider(Plugin, {} as never)],
  ['null', () => Container.registerProvider(Plugin, null as never)],
  ['two ways', () => Container.registerProvider(Plugin, { useValue: 1, useClass: Clock } as never)],
  ['a class that is none', () => Container.registerProvider(Plugin, { useClass: 'Clock' } as never)],
  [
    'sharing a singleton',
    () => Container.registerProvider(Plugin, { useClass: Clock, nested: 'share' } as never),
  ],
  ['no token', () => Container.registerProvider(undefined as never, { useValue: 1 } as never)],
])('%s is refused when it is registered', (_, register) => {
  expect(register).toThrow(RegistrationError);
});

describe('a factory of what is decorated', () => {
  class Session {
    closed = 0;
    constructor(readonly title = 'untitled') {}
    [Symbol.dispose]() {
      this.closed++;
    }
  }
  function decorated() {
    const container = Container.create();
    container.registerProvider(Session, { scope: Scope.Resource, useClass: Session, deps: [] });
    let count = 0;
    for (const mark of ['a', 'b'])
      container.decorateProvider(Session, (inner: Session) => Object.assign(inner, { [mark]: ++count }));
    return container;
  }

  test('makes another one at each call, decorates it once by each, and closes it', () => {
    const made: Session[] = [];
    decorated().run(inject([factory(Session)], (open) => void made.push(open(), open())));
    expect(made).toEqual([
      { title: 'untitled', closed: 1, a: 1, b: 2 },
      { title: 'untitled', closed: 1, a: 3, b: 4 },
    ]);
  });

  test('passes the arguments on to what makes it', () => {
    const container = Container.create();
    const Report = token<{ title: string }>('Report');
    container.registerProvider(Report, { useFactory: (title: string) => ({ title }), deps: [] });
    container.decorateProvider(Report, ({ title }) => ({ title: `${title}!` }));
    const make = inject([factory<{ title: string }, [string]>(Report)], (report) => report('x').title);
    expect(container.run(make)).toBe('x!');
  });

  test('holds nothing that a singleton must not hold', async () => {
    const container = decorated();
    class Pool {
      constructor(readonly open: Factory<Session>) {}
    }
    container.registerProvider(Pool, { useClass: Pool, deps: [factory(Session)] });
    await container.validate();
    const { open } = container.resolve(Pool);
    expect(open()).not.toBe(open());
  });

  test('of a value decorates that one anew', () => {
    const container = Container.create();
    const Limit = token<{ n: number }>('Limit');
    container.registerProvider(Limit, { useValue: { n: 1 } });
    container.decorateProvider(Limit, ({ n }) => ({ n: n + 1 }));
    const made = container.run(inject([factory(Limit)], (limit) => [limit(), limit()]));
    expect(made).toEqual([{ n: 2 }, { n: 2 }]);
    expect(made[0]).not.toBe(made[1]);
  });
});
