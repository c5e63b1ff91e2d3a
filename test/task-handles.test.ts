import { consola } from 'consola';
import {
  Background,
  Container,
  inject,
  Resource,
  Scope,
  TaskCancelledError,
  type TaskHandle,
} from 'offstage';
import { expect, test, vi } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();

test('a handle tells where the task stands, and what it gave', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const first = gate<string>();
  const one = await bg.add(async function one() {
    return first.passed;
  });
  const two = await bg.add(async () => 2);
  expect([one.name, one.status, two.status]).toEqual(['one', 'running', 'waiting']);
  expect(two.id).toBeGreaterThan(one.id);
  first.open('done');
  await expect(one.result).resolves.toBe('done');
  await expect(two.result).resolves.toBe(2);
  expect([one.status, two.status]).toEqual(['succeeded', 'succeeded']);
  await expect(one.result).resolves.toBe('done'); // and again
});

test.each([[new RangeError('no')], ['text'], [null], [undefined], [Symbol('s')], [Object.create(null)]])(
  'a task that throws %s fails with that very value, and is told once',
  async (thrown) => {
    const bg = new Background();
    const task = await bg.add(async function failing() {
      throw thrown;
    });
    const failure = await task.result.then(
      () => 'fulfilled',
      (error: unknown) => ({ error }),
    );
    expect(failure).toEqual({ error: thrown });
    expect(task.status).toBe('failed');
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/^error: Error in background async task failing: /);
  },
);

test('also one that nobody can read', async () => {
  const bg = new Background();
  const error = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('no message');
    },
  });
  const task = await bg.add(async function failing() {
    throw error;
  });
  await bg.idle();
  expect(task.status).toBe('failed');
  expect(log.lines).toEqual(['error: Error in background async task failing: [cannot be read]']);
});

test('a log that fails itself disturbs no task', async () => {
  const printed: unknown[] = [];
  const print = vi.spyOn(console, 'error').mockImplementation((...words) => void printed.push(words));
  consola.setReporters([
    {
      log: () => {
        throw new Error('disk full');
      },
    },
  ]);
  const bg = new Background();
  const task = await bg.add(async function failing() {
    throw new RangeError('no');
  });
  await expect(task.result).rejects.toThrow('no');
  await bg.idle();
  print.mockRestore();
  expect(printed).toContainEqual([
    '[background]',
    'Error in background async task failing: no (and to log it failed: disk full)',
  ]);
});

test('a result that was asked for, and that nobody waits for, is no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const bg = new Background();
  const task = await bg.add(async () => {
    throw new RangeError('no');
  });
  const { result } = task;
  await bg.idle();
  await settled(); // Node tells of them behind all promises
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(log.lines).toHaveLength(1);
  await expect(result).rejects.toThrow('no');
});

test('what is cancelled while it waits never starts', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const first = gate();
  let started = false;
  await bg.add(() => first.passed);
  const hold = await bg.add(async () => first.passed);
  const task = await bg.add(async () => {
    started = true;
  });
  task.cancel('not needed');
  expect(task.status).toBe('cancelled');
  await expect(task.result).rejects.toMatchObject({ name: 'TaskCancelledError', cause: 'not needed' });
  first.open();
  await hold.result;
  await bg[Symbol.asyncDispose]();
  expect(started).toBe(false);
  expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('what is cancelled while it runs has its signal aborted, and keeps its place until its body ends', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const body = gate();
  let seen: unknown;
  const task = await bg.add(
    inject([AbortSignal], async (signal) => {
      signal.addEventListener('abort', () => {
        seen = signal.reason;
      });
      await body.passed;
    }),
  );
  await settled();
  const next = await bg.add(async () => 'next');
  task.cancel();
  await expect(task.result).rejects.toThrow(TaskCancelledError);
  expect(seen).toBeInstanceOf(TaskCancelledError);
  await settled();
  expect(next.status).toBe('waiting');
  expect(bg.tasks()[0]).toMatchObject({ id: task.id, status: 'cancelled', running: expect.any(Number) });
  const closed = bg[Symbol.asyncDispose]();
  body.open();
  await closed;
  expect(next.status).toBe('succeeded');
  expect(bg.counts).toMatchObject({ accepted: 2, cancelled: 1, succeeded: 1, waiting: 0, running: 0 });
});

test('what is cancelled while its parameters are made is never called, and what was opened is closed', async () => {
  const opening = gate();
  const seen: string[] = [];
  class Session {
    async [Resource.enter]() {
      await opening.passed;
      seen.push('opened');
    }
    [Resource.exit]() {
      seen.push('closed');
    }
  }
  const container = Container.create();
  container.registerProvider(Session, Scope.Resource);
  await container.run(async () => {
    const bg = new Background();
    const work = inject([Session], async (_session: Session) => seen.push('called'));
    const task = await bg.add(work);
    task.cancel();
    opening.open();
    await expect(task.result).rejects.toThrow(TaskCancelledError);
    await bg.idle();
  });
  expect(seen).toEqual(['opened', 'closed']);
});

test('a sync function on the event loop that is cancelled before its turn is never called', async () => {
  const bg = new Background();
  let calls = 0;
  const task = await bg.with({ on: 'loop' }).add(() => calls++);
  task.cancel();
  await bg.idle();
  expect([task.status, calls]).toEqual(['cancelled', 0]);
});

test('to cancel twice, or what has ended, changes nothing', async () => {
  const bg = new Background();
  const task = await bg.add(async () => 'kept');
  await task.result;
  task.cancel('late');
  expect(task.status).toBe('succeeded');
  const other = await bg.add(() => new Promise(() => {}));
  other.cancel('first');
  other.cancel('second');
  await expect(other.result).rejects.toMatchObject({ cause: 'first' });
  expect(bg.counts).toMatchObject({ cancelled: 1 });
});

test('what a task that was cancelled adds is cancelled with it', async () => {
  const bg = new Background();
  const inner = gate<TaskHandle>();
  const task = await bg.add(
    inject([Background], async (own) => {
      inner.open(await own.add(inject([AbortSignal], waitsFor)));
      await new Promise((resolve) => setImmediate(resolve));
    }),
  );
  const child = await inner.passed;
  expect(child.status).toBe('running');
  task.cancel('all of it');
  await expect(child.result).rejects.toMatchObject({ name: 'TaskCancelledError' });
  await bg[Symbol.asyncDispose]();
  expect(task.status).toBe('cancelled');
});

async function waitsFor(signal: AbortSignal) {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

test('a signal cancels its tasks, those that wait for room too', async () => {
  const bg = new Background({ maxConcurrency: 1, capacity: 1 });
  const body = gate();
  await bg.add(() => body.passed);
  const controller = new AbortController();
  const mine = bg.with({ signal: controller.signal });
  const running = await bg.add(async () => body.passed);
  const outside = mine.add(async () => {});
  const behind = bg.add(async () => 'behind');
  controller.abort('over');
  await expect(outside).rejects.toMatchObject({ name: 'TaskCancelledError', cause: 'over' });
  await expect(mine.add(async () => {})).rejects.toThrow(TaskCancelledError);
  body.open();
  await expect((await behind).result).resolves.toBe('behind');
  await running.result;
  expect(bg.counts).toMatchObject({ accepted: 3, succeeded: 3, cancelled: 0 });
});

test('a thousand tasks that follow one signal warn of nothing, and let go of it', async () => {
  const warnings: unknown[] = [];
  const keep = (warning: unknown) => warnings.push(warning);
  process.on('warning', keep);
  const bg = new Background();
  const { signal } = new AbortController();
  const mine = bg.with({ signal });
  const tasks = await Promise.all(Array.from({ length: 1_000 }, () => mine.add(async () => {})));
  await Promise.all(tasks.map(({ result }) => result));
  await settled();
  process.off('warning', keep);
  expect(warnings).toEqual([]);
});
