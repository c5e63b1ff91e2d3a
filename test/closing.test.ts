import {
  AppBackground,
  Background,
  BackgroundClosedError,
  Container,
  inject,
  Resource,
  Scope,
  TaskContext,
} from 'offstage';
import { describe, expect, test } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();
const clock = eachClock();

test('a call ends when its tasks have, and those that they added', async () => {
  const order: string[] = [];
  const call = inject([Background], async (bg) => {
    await bg.add(
      inject([Background], async (own) => {
        await own.add(async () => {
          await settled();
          order.push('innermost');
        });
        order.push('inner');
      }),
    );
    order.push('body');
    return 'value';
  });
  await expect(call()).resolves.toBe('value');
  expect(order).toEqual(['inner', 'body', 'innermost']);
});

test('a body that fails still waits for its tasks, and its error leaves', async () => {
  let done = false;
  const problem = new Error('the body');
  const call = inject([Background], async (bg) => {
    await bg.add(async () => {
      await settled();
      done = true;
      throw new Error('a task');
    });
    throw problem;
  });
  await expect(call()).rejects.toBe(problem);
  expect(done).toBe(true);
});

test('closed twice, at once or later, it closes once and stays closed', async () => {
  const scope = Container.openScope();
  const bg = scope.resolve(Background);
  const body = gate();
  const task = await bg.add(async () => body.passed);
  const closings = [scope[Symbol.asyncDispose](), scope[Symbol.asyncDispose](), bg[Symbol.asyncDispose]()];
  body.open();
  await Promise.all(closings);
  await scope[Symbol.asyncDispose]();
  expect(task.status).toBe('succeeded');
  await expect(bg.add(async () => {})).rejects.toThrow(BackgroundClosedError);
});

test('drained by hand it stays open', async () => {
  await using bg = new Background();
  await bg.add(async () => {});
  await bg[Symbol.asyncDispose]();
  const task = await bg.add(async () => 'more');
  await expect(task.result).resolves.toBe('more');
});

test('tasks may add others while it closes: they are waited for, too', async () => {
  const added: string[] = [];
  const call = inject([Background], async (bg) => {
    await bg.add(async function outer() {
      await settled();
      await bg.add(async () => {
        await settled();
        added.push('late');
      });
    });
  });
  await call();
  expect(added).toEqual(['late']);
});

test('what ends in time leaves no wait for the grace period behind', async () => {
  const bg = new Background({ gracePeriod: 60_000 });
  await bg.add(settled);
  await bg[Symbol.asyncDispose]();
  expect(clock.waits).toBe(0);
});

describe('when the grace period is over', () => {
  test('signals are aborted, the scope closes, and what was given up is named with its age and place', async () => {
    const events: string[] = [];
    class Session {
      [Resource.exit]() {
        events.push('session closed');
      }
    }
    const container = Container.create();
    container.registerProvider(Session, Scope.Resource);
    container.registerProvider(Background, {
      scope: Scope.Resource,
      useFactory: () => new Background({ gracePeriod: 5_000 }),
    });
    const call = inject([Background, Session], async (bg, _session) => {
      await bg.add(
        inject([AbortSignal], async function listens(signal) {
          signal.addEventListener('abort', () => events.push(`aborted: ${signal.reason.name}`));
          await new Promise(() => {});
        }),
      );
      const cancelled = await bg.add(async function ignores() {
        await new Promise(() => {});
      });
      cancelled.cancel();
    });
    const ended = container.run(call).then(() => events.push('call ended'));
    await clock.advance(5_499);
    expect(events).toEqual(['aborted: TaskAbandonedError']);
    await clock.advance(1);
    await ended;
    expect(events).toEqual(['aborted: TaskAbandonedError', 'session closed', 'call ended']);
    expect(log.lines.filter((line) => line.includes('gave up'))).toEqual([
      expect.stringMatching(
        /^error: Closing gave up, after 5\.0 s, 2 tasks:\n {2}listens \(running, added 5\.0 s ago by .*closing\.test\.ts:\d+:\d+\)?\)\n {2}ignores \(cancelled, and its body still runs, added 5\.0 s ago by .*closing\.test\.ts:\d+:\d+\)?\)$/,
      ),
    ]);
    // The container does not wait for them either.
    await container.dispose();
  });

  test('what ends promptly when it is told so is waited for', async () => {
    const bg = new Background({ gracePeriod: 100 });
    const events: string[] = [];
    const task = await bg.add(
      inject([AbortSignal], async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await settled();
        events.push('rolled back');
      }),
    );
    const closing = bg[Symbol.asyncDispose]().then(() => events.push('closed'));
    await clock.advance(100);
    await closing;
    expect(events).toEqual(['rolled back', 'closed']);
    expect(task.status).toBe('abandoned');
    await expect(task.result).rejects.toThrow('had not ended 100 ms after its Background began to close');
  });

  test('nothing more is accepted, and tasks within tasks are given up with them', async () => {
    const bg = new Background({ gracePeriod: 100 });
    let inner: Background | undefined;
    const task = await bg.add(
      inject([Background], async (own) => {
        inner = own;
        await own.add(async function innermost() {
          await new Promise(() => {});
        });
      }),
    );
    await settled();
    const closing = bg[Symbol.asyncDispose]();
    await clock.advance(100);
    await expect(bg.add(async () => {})).rejects.toThrow(BackgroundClosedError);
    expect(inner?.counts).toMatchObject({ accepted: 1, abandoned: 1 });
    await clock.advance(500);
    await closing;
    expect(task.status).toBe('abandoned');
    expect(log.lines.some((line) => line.includes('innermost (running, added 0.1 s ago'))).toBe(true);
    // Drained by hand, it is open again.
    await expect((await bg.add(async () => 'again')).result).resolves.toBe('again');
  });

  test('an abandoned body that ends late disturbs nobody', async () => {
    const bg = new Background({ gracePeriod: 100 });
    const body = gate();
    const task = await bg.add(async () => body.passed);
    const closing = bg[Symbol.asyncDispose]();
    await clock.advance(600);
    await closing;
    body.fail(new Error('late'));
    await settled();
    expect(task.status).toBe('abandoned');
    expect(bg.counts).toMatchObject({ accepted: 1, abandoned: 1, failed: 0 });
    expect(log.lines.some((line) => line.includes('late'))).toBe(false);
  });
});

test('every thirty seconds it says what it waits for', async () => {
  const bg = new Background();
  const body = gate();
  await bg.add(async function patient() {
    await body.passed;
  });
  const closing = bg[Symbol.asyncDispose]();
  await clock.advance(61_000);
  expect(log.lines).toEqual([
    'warn: Closing has waited 30.0 s for a task:\n  patient (running, added 30.0 s ago)',
    'warn: Closing has waited 60.0 s for a task:\n  patient (running, added 60.0 s ago)',
  ]);
  body.open();
  await closing;
});

test('so are singletons whose disposal takes long, and those behind them', async () => {
  const ends = gate();
  class Pool {
    async [Resource.exit]() {
      await ends.passed;
    }
  }
  class Mailer {
    constructor(readonly pool: Pool) {}
    [Resource.exit]() {}
  }
  class Clock {}
  const parent = Container.create();
  parent.registerProvider(Pool, Scope.Singleton);
  parent.registerProvider(Clock, Scope.Singleton);
  parent.resolve(Clock);
  parent.registerProvider(Mailer, { useClass: Mailer, deps: [Pool] });
  parent.resolve(Mailer);
  class Cache extends Pool {}
  parent.registerProvider(Cache, Scope.Singleton);
  parent.resolve(Cache);
  const closing = parent.dispose();
  await clock.advance(31_000);
  expect(log.lines).toEqual([
    'warn: The container has waited 30.0 s for:\n  the disposal of Cache\n  the disposal of Mailer\n  the disposal of Pool',
  ]);
  ends.open();
  await closing;
});

test('what a container waits for is named, again and again', async () => {
  class Session {
    [Symbol.dispose]() {}
  }
  const container = Container.create();
  container.registerProvider(Session, Scope.Resource);
  const body = gate();
  const call = container.run(() =>
    inject([Session], async function longCall(_session: Session) {
      await body.passed;
    })(),
  );
  const closing = container.dispose();
  await clock.advance(61_000);
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn: The container has waited 30\.0 s for:\n {2}the call of longCall/),
    expect.stringMatching(/^warn: The container has waited 60\.0 s for:\n {2}the call of longCall/),
  ]);
  body.open();
  await call;
  await closing;
});

describe('from inside a task that it waits for', () => {
  const refused = { name: 'SelfWaitError', code: 'ERR_OFFSTAGE_SELF_WAIT' };

  test('also one of a child, and one that has no scope of its own', async () => {
    const container = Container.create();
    const errors: unknown[] = [];
    const ways = [() => container.dispose(), () => container.reset()];
    const call = inject([Background], async (bg) => {
      for (const way of ways) {
        await bg.add(async () => {
          await way().catch((error) => errors.push(error));
        });
      }
    });
    await container.run(call);
    await Container.create({ parent: container }).run(call);
    expect(errors).toMatchObject([refused, refused, refused, refused]);
  });

  test('closing its Background is refused at once', async () => {
    const scope = Container.openScope();
    const bg = scope.resolve(Background);
    const errors: unknown[] = [];
    const keep = (error: unknown) => errors.push(error);
    await bg.add(async () => {
      await bg[Symbol.asyncDispose]().catch(keep);
      await bg.idle().catch(keep);
      await scope[Symbol.asyncDispose]().catch(keep);
      await Container.dispose().catch(keep);
    });
    await scope[Symbol.asyncDispose]();
    expect(errors).toMatchObject([refused, refused, refused, refused]);
  });

  test('nor can it reset or restore a container that waits for its resources, but dispose it later', async () => {
    class Session {
      [Symbol.dispose]() {}
    }
    const container = Container.create();
    container.registerProvider(Session, Scope.Resource);
    const errors: unknown[] = [];
    const keep = (error: unknown) => errors.push(error);
    const bg = container.run(() => new Background());
    await bg.add(
      inject([Session], async (session: Session) => {
        await container.reset().catch(keep);
        await container.restore(container.snapshot()).catch(keep);
        await container.dispose().catch(keep);
        return session;
      }),
    );
    await bg.idle();
    expect(errors).toMatchObject([refused, refused, refused]);
    await using scope = container.openScope();
    expect(scope.resolve(Session)).toBeInstanceOf(Session);
    await scope[Symbol.asyncDispose]();
    await expect(container.dispose()).resolves.toBeUndefined();
  });

  test('a task without resources may reset a container', async () => {
    const container = Container.create();
    const bg = container.run(() => new Background());
    const task = await bg.add(async () => container.reset());
    await expect(task.result).resolves.toBeUndefined();
  });

  test('the same in a task of a Background that is a singleton, and would be closed', async () => {
    const container = Container.create();
    const before = container.snapshot();
    const bg = container.resolve(AppBackground);
    const task = await bg.add(async () => {
      await container.restore(container.snapshot()); // this one has the singleton
      const errors: unknown[] = [];
      await container.restore(before).catch((error: unknown) => errors.push(error));
      await container.reset().catch((error: unknown) => errors.push(error));
      return errors;
    });
    await expect(task.result).resolves.toMatchObject([refused, refused]);
    expect(container.resolve(AppBackground)).toBe(bg);
    await container.reset();
  });

  test('also from a task within the task, and behind a timer', async () => {
    const bg = new Background();
    const inner = gate<unknown>();
    await bg.add(
      inject([Background], async (own) => {
        await own.add(async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          await bg[Symbol.asyncDispose]().catch(inner.open);
        });
      }),
    );
    await bg.idle();
    await expect(inner.passed).resolves.toMatchObject(refused);
  });

  test('but its own, and any other, may be closed', async () => {
    const [bg, other] = [new Background(), new Background()];
    const task = await bg.add(
      inject([Background], async (own) => {
        await own.add(async () => {});
        await own[Symbol.asyncDispose]();
        await other.add(async () => {});
        await other.idle();
        await using third = Container.resolve(Background);
        await third.add(async () => {});
        return 'closed';
      }),
    );
    await expect(task.result).resolves.toBe('closed');
  });
});

describe("the process's own Background", () => {
  test('is a singleton, outlives the call, and is drained before anything else is disposed', async () => {
    const events: string[] = [];
    class Mailer {
      send(to: string) {
        events.push(`sent to ${to}`);
      }
      [Symbol.dispose]() {
        events.push('mailer closed');
      }
    }
    const container = Container.create();
    container.registerProvider(Mailer, Scope.Singleton);
    const body = gate();
    const send = inject([Mailer], async (mailer, to: string) => {
      await body.passed;
      mailer.send(to);
    });
    const call = inject([AppBackground], async (app) => {
      await app.add(send, 'ada');
      await app.add(async () => {
        await body.passed;
        // Queued work still finds what it needs.
        container.run(() => inject([Mailer], (mailer) => mailer.send('bob'))());
      });
      events.push('call ended');
    });
    await container.run(call);
    const disposing = container.dispose().then(() => events.push('disposed'));
    await settled();
    expect(events).toEqual(['call ended']);
    body.open();
    await disposing;
    expect(events).toEqual(['call ended', 'sent to ada', 'sent to bob', 'mailer closed', 'disposed']);
    expect(() => container.resolve(AppBackground)).toThrow('has been disposed');
  });

  test('and tries a task again while the container is being disposed', async () => {
    const container = Container.create();
    container.registerProvider(AppBackground, Scope.Singleton);
    const flaky = inject([AppBackground, TaskContext], async (_, { attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return attempt;
    });
    const patient = container.resolve(AppBackground).with({ retries: 2, backoff: { initial: 100 } });
    const task = await container.run(() => patient.add(flaky));
    const disposing = container.dispose();
    await clock.advance(1_000);
    await disposing;
    await expect(task.result).resolves.toBe(3);
  });

  test('and keeps to its grace period', async () => {
    const container = Container.create();
    container.registerProvider(AppBackground, {
      scope: Scope.Singleton,
      useFactory: () => new AppBackground({ gracePeriod: 1_000 }),
    });
    const task = await container.resolve(AppBackground).add(async () => new Promise(() => {}));
    const disposing = container.dispose();
    await clock.advance(1_500);
    await disposing;
    expect(task.status).toBe('abandoned');
  });
});
