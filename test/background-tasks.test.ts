import { Hono } from 'hono';
import {
  AppBackground,
  AsyncProviderInSyncContextError,
  after,
  BackgroundClosedError,
  BackgroundTask,
  BackgroundTasks,
  type CallArguments,
  Container,
  inject,
  type ProviderOptions,
  RegistrationError,
  RequestError,
  Resource,
  Scope,
  withBackground,
} from 'offstage';
import { background, offstage } from 'offstage/hono';
import { describe, expect, test } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const { lines } = quietLog();
const clock = eachClock();

async function fail() {
  throw new Error('as asked');
}

describe('outside any request, tasks of a call', () => {
  test('run when it has ended, in order, and the call waits for them', async () => {
    const log: string[] = [];
    const note = async (text: string) => void log.push(text);
    const call = inject([BackgroundTasks], async (tasks) => {
      tasks.addTask(note, 'first');
      tasks.addTask(fail);
      tasks.addTask(async () => tasks.addTask(note, 'of a task'));
      tasks.addTask(note, 'last');
      await Promise.resolve();
      log.push('called');
    });
    await call();
    expect(log).toEqual(['called', 'first', 'last', 'of a task']);
    expect(lines).toEqual([expect.stringContaining('Error in background async task fail: as asked')]);
  });

  test.each([new Error('as asked'), undefined])('do not run if it throws %s', async (thrown) => {
    const log: string[] = [];
    const call = inject([BackgroundTasks], async (tasks) => {
      tasks.addTask(async () => void log.push('task'));
      throw thrown;
    });
    await expect(call()).rejects.toBe(thrown);
    expect(log).toEqual([]);
  });

  test('are injected by the container that resolves', async () => {
    await using container = Container.create();
    class Name {
      constructor(readonly text: string) {}
    }
    container.registerProvider(Name, { useValue: new Name('ada') });
    const names: string[] = [];
    const greet = inject([Name], async (name) => void names.push(name.text));
    await container.run(() => inject([BackgroundTasks], async (tasks) => tasks.addTask(greet))());
    expect(names).toEqual(['ada']);
  });
});

/** What closes with the call, in a while. */
class Db {
  readonly events: string[] = [];
  async [Resource.exit](error?: unknown) {
    await settled();
    this.events.push(error ? 'rolled back' : 'committed');
  }
}

describe('outside any request, tasks run before the resources of the call close', () => {
  const container = Container.create();
  container.registerProvider(Db, Scope.Resource);
  const tasksOf = async (tasks: BackgroundTasks, { events }: Db) => {
    tasks.addTask(async () => {
      await settled();
      events.push('task');
      tasks.addTask(async () => void events.push('task of a task'));
    });
    events.push('body');
    return events;
  };

  test.each([
    ['first', inject([BackgroundTasks, Db], tasksOf)],
    ['last', inject([Db, BackgroundTasks], (db, tasks) => tasksOf(tasks, db))],
  ])('wherever the parameter stands: %s', async (_, call) => {
    expect(await container.run(() => call())).toEqual(['body', 'task', 'task of a task', 'committed']);
  });

  test('in a scope opened by hand, too', async () => {
    const scope = container.openScope();
    const tasks = scope.resolve(BackgroundTasks);
    const events = await tasksOf(tasks, scope.resolve(Db));
    await scope[Symbol.asyncDispose]();
    expect(events).toEqual(['body', 'task', 'task of a task', 'committed']);
  });

  test('a sync function cannot wait for them: it is told, and none of them runs', async () => {
    const events: string[] = [];
    const call = inject([BackgroundTasks], (tasks) => {
      tasks.addTask(async () => void events.push('task'));
    });
    expect(call).toThrow(AsyncProviderInSyncContextError);
    await settled();
    expect(events).toEqual([]);
    expect(inject([BackgroundTasks], (tasks) => tasks.size)()).toBe(0);
  });
});

describe('outside any request, a task that comes too late is refused, and told', () => {
  const told = expect.stringContaining('addedLate was added to BackgroundTasks whose call has ended');
  async function addedLate() {}

  test.each(['succeeded', 'failed'])('when the call has %s', async (how) => {
    let kept = new BackgroundTasks();
    const call = inject([BackgroundTasks], async (tasks) => {
      kept = tasks;
      if (how === 'failed') throw new Error('as asked');
    });
    await call().catch(() => {});
    expect(() => kept.addTask(addedLate)).toThrow(BackgroundClosedError);
    expect(() => kept.add(new BackgroundTask(addedLate))).toThrow(BackgroundClosedError);
    expect(kept.size).toBe(0);
    expect(lines).toEqual([told, told]);
  });

  test.each(['before', 'after'])('when a resource closes that was opened %s', async (order) => {
    const refused = gate<unknown>();
    const container = Container.create();
    let kept = new BackgroundTasks();
    class Late {
      [Resource.exit]() {
        try {
          kept.addTask(addedLate);
        } catch (error) {
          refused.open(error);
        }
      }
    }
    container.registerProvider(Late, Scope.Resource);
    const body = async (tasks: BackgroundTasks) => {
      kept = tasks;
    };
    const call =
      order === 'before'
        ? inject([Late, BackgroundTasks], (_, tasks) => body(tasks))
        : inject([BackgroundTasks, Late], (tasks) => body(tasks));
    await container.run(() => call());
    expect(kept.size).toBe(0);
    expect(lines).toEqual([told]);
    expect(await refused.passed).toBeInstanceOf(BackgroundClosedError);
  });
});

describe('in the AppBackground that the container gives', () => {
  async function callsWith(container: Container): Promise<void> {
    const call = inject([BackgroundTasks], async (tasks) => {
      tasks.addTask(fail);
      tasks.addTask(async () => void log.push('second'));
    });
    await container.run(() => call());
  }
  function containerWith(options: ProviderOptions<AppBackground>): Container {
    const container = Container.create();
    container.registerProvider(AppBackground, options);
    lines.length = 0; // it has told that its own one is overwritten
    return container;
  }
  const log: string[] = [];

  test('whose add may be overridden', async () => {
    class Counting extends AppBackground {
      override add<P extends unknown[], R>(task: (...args: P) => R, ...args: CallArguments<P>) {
        log.push(`adds ${task.name}`);
        return super.add(task, ...args);
      }
    }
    await using container = containerWith({ useClass: Counting });
    await callsWith(container);
    expect(log.splice(0)).toEqual(['adds fail', 'adds ', 'second']);
  });

  test('whose add may be overridden by one that fails: each lost task is told', async () => {
    class Failing extends AppBackground {
      override add(): never {
        throw new Error('no place');
      }
    }
    await using container = containerWith({ useClass: Failing });
    await callsWith(container);
    expect(log).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('no place'), expect.stringContaining('no place')]);
  });

  test('which may take time to make', async () => {
    await using container = containerWith({ useFactory: async () => new AppBackground() });
    await callsWith(container);
    expect(log.splice(0)).toEqual(['second']);
  });

  test.each([
    ['at once', () => fails()],
    ['later', async () => fails()],
  ])('which may fail to be made, %s: each lost task is told', async (_, useFactory) => {
    await using container = containerWith({ useFactory });
    await callsWith(container);
    expect(log).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('no place'), expect.stringContaining('no place')]);
  });

  test('which may refuse them all: a hundred thousand end', async () => {
    await using container = containerWith({ useFactory: () => new AppBackground({ enabled: false }) });
    const call = inject([BackgroundTasks], async (tasks) => {
      for (let n = 0; n < 100_000; n++) tasks.addTask(fail);
    });
    await container.run(() => call());
    await expect.poll(() => lines.length, { timeout: 25_000 }).toBe(100_000);
  });

  test.each(['after', 'BackgroundTasks'])(
    'which may give them up: %s is named without a place',
    async (how) => {
      const container = containerWith({ useFactory: () => new AppBackground({ gracePeriod: 100 }) });
      const begun = gate();
      async function hung() {
        begun.open();
        await new Promise(() => {});
      }
      if (how === 'after') {
        const app = new Hono().use(offstage({ container }));
        app.get('/', (c) => {
          after(hung);
          return c.text('accepted');
        });
        await (await app.request('/')).text();
      } else {
        const call = inject([BackgroundTasks], async (tasks) => tasks.addTask(hung));
        void container.run(() => call());
      }
      await begun.passed;
      const closing = container.dispose();
      await clock.advance(100);
      expect(lines).toEqual([
        expect.stringMatching(/gave up, .* a task:\n {2}hung \(running, added 0\.1 s ago\)$/),
      ]);
      await clock.advance(500);
      await closing;
    },
  );

  function fails(): AppBackground {
    throw new Error('no place');
  }
});

describe('what has no meaning is refused where it is said', () => {
  const wrong: readonly [string, unknown][] = [
    ['fail', fail],
    ['Array', [new BackgroundTask(fail)]],
    ['null', null],
  ];
  test.each(wrong)('no task: %s', async (name, given) => {
    const tasks = given as BackgroundTask; // the compiler refuses it
    const message = `${name} was given where a BackgroundTask belongs\nWrite new BackgroundTask(`;
    expect(() => new BackgroundTasks([tasks])).toThrow(message);
    expect(() => new BackgroundTasks().add(tasks)).toThrow(message);
    const app = new Hono().use(offstage());
    app.get('/response', (c) => withBackground(c.text('answer'), tasks));
    app.get('/route', background(tasks), (c) => c.text('answer'));
    app.onError((error, c) => c.text(String(error), 500));
    for (const path of ['/response', '/route']) {
      const response = await app.request(path);
      expect(await response.text()).toContain(`RegistrationError: ${message}`);
    }
  });

  test.each([null, undefined, 7, 'send'])('no function: %s', (wrong) => {
    // As JavaScript may call it.
    const task = wrong as unknown as () => void;
    expect(() => new BackgroundTask(task)).toThrow(RegistrationError);
    expect(() => new BackgroundTasks().addTask(task)).toThrow(
      'Pass a function, and behind it its arguments: new BackgroundTask(send, to), not send(to).',
    );
  });

  test.each([
    ['after(fail)', () => after(fail)],
    ['after.always(fail)', () => after.always(fail)],
    ['withBackground', () => withBackground('answer', new BackgroundTask(fail))],
  ])('no request: %s', (what, call) => {
    expect(call).toThrow(RequestError);
    expect(call).toThrow(`${what} was called where no request is handled`);
  });
});
