import { Background, Container, inject, LeftOpenError, Resource, Scope, token } from 'offstage';
import { fakeClock, withContainer } from 'offstage/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';
import { runNode } from './fixtures/run-program.js';

const closed: string[] = [];
class Mailer {
  readonly sent: string[] = [];
  send(to: string) {
    this.sent.push(to);
    return this.sent.length;
  }
  [Symbol.dispose]() {
    closed.push('mailer');
  }
}
class Session {
  [Resource.exit]() {
    closed.push('session');
  }
}
const notify = inject([Mailer], (mailer, to: string) => mailer.send(to));

beforeEach(async () => {
  await Container.reset();
  closed.length = 0;
  Container.registerProvider(Mailer, Scope.Singleton);
  Container.registerProvider(Session, Scope.Resource);
});
afterEach(() => expect(Container.resolve(Mailer).sent).toEqual([]));

describe('each test has a container of its own', () => {
  for (const name of ['one', 'other']) {
    test.concurrent(
      name,
      withContainer(async (container) => {
        expect(notify(name)).toBe(1);
        await Promise.resolve();
        expect(container.resolve(Mailer).sent).toEqual([name]);
      }),
    );
  }
});

test('it is disposed behind the body, also when that fails, and the error of the body leaves', async () => {
  const passing = withContainer(() => void notify('ada'));
  await passing();
  expect(closed).toEqual(['mailer']);
  const problem = new Error('no');
  const failing = withContainer(() => {
    notify('ada');
    throw problem;
  });
  await expect(failing()).rejects.toBe(problem);
  expect(closed).toEqual(['mailer', 'mailer']);
});

test('a fake stands by override, and the next test has the real one again', async () => {
  const faked = withContainer((container) => {
    container.override(Mailer, { useFactory: () => Object.assign(new Mailer(), { send: () => 42 }) });
    expect(notify('ada')).toBe(42);
  });
  await faked();
  await withContainer(() => expect(notify('ada')).toBe(1))();
});

test('a scope that is left open fails the test by name, and is closed', async () => {
  const leaving = withContainer((container) => {
    container.openScope().resolve(Session);
    container.resolve(Session);
  });
  await expect(leaving()).rejects.toThrow(LeftOpenError);
  await expect(leaving()).rejects.toThrow(
    'the test left open:\n  a scope with Session\n  a scope with Session\n' +
      'Close what it opens: await using scope = container.openScope(), or await using value = container.resolve(…).',
  );
  expect(closed).toEqual(['session', 'session', 'session', 'session']);
  const closing = withContainer(async (container) => {
    await using scope = container.openScope();
    scope.resolve(Session);
  });
  await closing();
});

test('what a transient leaves open is named by its class', async () => {
  class Reader {
    [Symbol.dispose]() {
      closed.push('reader');
    }
  }
  const leaving = withContainer((container) => {
    container.registerProvider(Reader, Scope.Transient);
    container.resolve(Reader);
  });
  await expect(leaving()).rejects.toThrow('the test left open:\n  a scope with Reader\n');
  expect(closed).toEqual(['reader']);
});

test('a container may be like another one', async () => {
  const Url = token<string>('Url');
  const like = Container.create();
  like.registerProvider(Url, { useValue: 'like' });
  await withContainer((container) => expect(container.resolve(Url)).toBe('like'), { like })();
  const resolving = inject([Container as never], (container: unknown) => container);
  await withContainer((container) => expect(resolving()).toBe(container), { like })();
});

test('a container may be like one that inherits', async () => {
  const parent = Container.create();
  parent.registerProvider(Mailer, Scope.Singleton);
  const child = Container.create({ parent });
  class Service {
    constructor(readonly mailer: Mailer) {}
  }
  child.registerProvider(Service, { useClass: Service, deps: [Mailer] });
  let mailer: Mailer | undefined;
  await withContainer(
    (container) => {
      ({ mailer } = container.resolve(Service));
      expect(mailer.send('ada')).toBe(1);
    },
    { like: child },
  )();
  expect(closed).toEqual(['mailer']); // it was its own
  expect(parent.resolve(Mailer)).not.toBe(mailer);
});

describe('a container that is like a child resolves what the child does', () => {
  const Clock = token<string>('Clock');
  const Service = token<string>('Service');
  /** A parent with a singleton over a clock, and a child with a clock of its own. */
  const family = () => {
    const parent = Container.create();
    const child = Container.create({ parent });
    parent.registerProvider(Clock, { useFactory: () => 'parent clock' });
    parent.registerProvider(Service, { useFactory: (clock: string) => `service of ${clock}`, deps: [Clock] });
    child.registerProvider(Clock, { useValue: 'child clock' });
    return { parent, child };
  };
  const resolved = (container: typeof Container) => [Service, Clock].map((each) => container.resolve(each));

  test('singletons of the parent keep what the parent provides', async () => {
    const { child: like } = family();
    await withContainer(
      (container) => expect(resolved(container)).toEqual(['service of parent clock', 'child clock']),
      { like },
    )();
    expect(resolved(like)).toEqual(['service of parent clock', 'child clock']);
  });

  test('also behind overrides and decorated providers, and without changing any', async () => {
    const { parent, child } = family();
    const like = Container.create({ parent: child });
    using _ = parent.override(Clock, { useValue: 'other clock' });
    like.decorateProvider(Service, (service) => `decorated ${service}`);
    await withContainer(
      (container) => {
        expect(resolved(container)).toEqual(['decorated service of other clock', 'child clock']);
        container.override(Clock, { useValue: 'test clock' });
        expect(container.resolve(Clock)).toBe('test clock');
      },
      { like },
    )();
    expect(resolved(like)).toEqual(['decorated service of other clock', 'child clock']);
  });

  test('what its parents hold is disposed behind it, each also if another fails', async () => {
    const problem = new Error('no');
    const Failing = token<Disposable>('Failing');
    const base = Container.create();
    base.registerProvider(Mailer, Scope.Singleton);
    const like = Container.create({ parent: base });
    like.registerProvider(Failing, {
      *useFactory() {
        yield { [Symbol.dispose]() {} };
        closed.push('failing');
        throw problem;
      },
    });
    const using = withContainer(
      (container) => [container.resolve(Failing), container.resolve(Mailer)].length,
      { like },
    );
    await expect(using()).rejects.toBe(problem);
    expect(closed).toEqual(['failing', 'mailer']);
  });

  test('a scope that a parent left open fails the test, too', async () => {
    const base = Container.create();
    base.registerProvider(Session, Scope.Resource);
    class Opener {
      constructor(readonly container: typeof Container) {}
    }
    base.registerProvider(Opener, { useClass: Opener, deps: [Container as never] });
    const like = Container.create({ parent: base });
    const leaving = withContainer(
      (container) => void container.resolve(Opener).container.openScope().resolve(Session),
      { like },
    );
    await expect(leaving()).rejects.toThrow('the test left open:\n  a scope with Session\n');
    expect(closed).toEqual(['session']);
  });
});

describe('the fixtures of vitest come after the container', () => {
  const withUser = test.extend<{ user: string; unused: string }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest asks for a pattern
    user: async ({}, use) => use('ada'),
    unused: () => {
      throw new Error('nobody asks for it');
    },
  });

  withUser(
    'those that the body names',
    withContainer((container, { user }) => {
      expect([user, notify(user), container.resolve(Mailer).sent]).toEqual(['ada', 1, ['ada']]);
    }),
  );
  withUser(
    'behind whatever the source of the first parameter holds',
    withContainer(async (_ /* (the container, */ = Container, { user, task: { name } }) => {
      expect([user, name]).toEqual(['ada', 'behind whatever the source of the first parameter holds']);
    }),
  );
  withUser(
    'none where it has no second parameter',
    withContainer(() => expect(notify('ada')).toBe(1)),
  );
  withUser(
    'nor where its one parameter has no brackets',
    // biome-ignore format: it is what this is about
    withContainer(container => expect(container.resolve(Mailer).send('ada')).toBe(1)),
  );
  withUser.for(['grace'])(
    'behind the row of a table: %s',
    withContainer((_, row, { user }) => {
      expect([row, user]).toEqual(['grace', 'ada']);
    }),
  );
});

test('node:test runs it, too', async () => {
  const { stdout, code } = await runNode([
    '--test-reporter=tap',
    '--import',
    'offstage/register',
    'test/fixtures/programs/node-tests.ts',
  ]);
  expect(stdout).toContain('# pass 4\n# fail 0');
  expect(code).toBe(0);
});

describe('of several fake clocks, the one that came last is the clock', () => {
  /** A task that times out after a second of this clock. */
  const waitsBy = async (clock: { readonly waits: number }) => {
    await using background = new Background();
    const before = clock.waits;
    const { passed, open } = gate();
    await background.with({ timeout: 1_000 }).add(async () => passed);
    const waits = clock.waits - before;
    open();
    return waits === 1;
  };

  test('and when it ends, the one before it', async () => {
    using outer = fakeClock();
    {
      using inner = fakeClock();
      expect([await waitsBy(outer), await waitsBy(inner)]).toEqual([false, true]);
    }
    expect(await waitsBy(outer)).toBe(true);
  });

  test('also when another one ends first, or one ends twice', async () => {
    const outer = fakeClock();
    using inner = fakeClock();
    outer[Symbol.dispose]();
    outer[Symbol.dispose]();
    expect(await waitsBy(inner)).toBe(true);
  });
});
