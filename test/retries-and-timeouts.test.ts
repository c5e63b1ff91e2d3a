import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import {
  Background,
  Container,
  inject,
  Resource,
  Scope,
  TaskContext,
  TaskTimeoutError,
  task,
} from 'offstage';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { gate } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { runProgram } from './fixtures/run-program.js';
import { type Beginning, counts, holds, loops } from './fixtures/thread-functions.js';

const log = quietLog();
const clock = eachClock();
afterEach(() => vi.restoreAllMocks());

/** A function that fails so many times, and then gives its attempt. */
function failing(times: number) {
  return inject([TaskContext], async function flaky({ attempt }) {
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  });
}

test('what fails is tried again, later each time, until it succeeds', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const bg = new Background();
  const task = await bg
    .with({ retries: 3, backoff: { initial: 100, factor: 3, max: 500 }, name: 'mail' })
    .add(failing(3));
  await clock.advance(99);
  expect([task.status, bg.tasks()[0]?.attempt]).toEqual(['waiting', 1]);
  await clock.advance(1);
  expect(bg.tasks()[0]?.attempt).toBe(2);
  await clock.advance(300);
  expect(bg.tasks()[0]?.attempt).toBe(3);
  await clock.advance(500);
  await expect(task.result).resolves.toBe(4);
  expect(log.lines).toEqual([
    'warn: Attempt 1 of 4 of background async task mail failed: attempt 1 (again in 100 ms)',
    'warn: Attempt 2 of 4 of background async task mail failed: attempt 2 (again in 300 ms)',
    'warn: Attempt 3 of 4 of background async task mail failed: attempt 3 (again in 500 ms)',
  ]);
});

test('an attempt that was stopped rolls its resources back, also if its body ends well after that', async () => {
  const ends: unknown[] = [];
  class Transaction {
    [Resource.exit](error?: unknown) {
      ends.push(error instanceof Error ? error.name : 'committed');
    }
  }
  Container.registerProvider(Transaction, Scope.Resource);
  onTestFinished(() => Container.reset());
  const bodies = [gate(), gate(), gate()];
  let attempts = 0;
  const charge = inject([Transaction], async () => {
    await bodies[attempts++]?.passed;
    return attempts;
  });
  const bg = new Background();
  const retried = await bg.with({ timeout: 100, retries: 1, backoff: { initial: 200 } }).add(charge);
  await clock.advance(100);
  bodies[0]?.open(); // too late, and before the next attempt
  await vi.waitFor(() => expect(ends).toEqual(['TaskTimeoutError']));
  bodies[1]?.open();
  await clock.advance(200);
  await expect(retried.result).resolves.toBe(2);
  const cancelled = await bg.add(charge);
  cancelled.cancel();
  bodies[2]?.open();
  await bg.idle();
  expect(ends).toEqual(['TaskTimeoutError', 'committed', 'TaskCancelledError']);
});

test('once its body has ended, an attempt is no longer timed: what closes behind it is not undone by another one', async () => {
  const ends: unknown[] = [];
  const commit = gate();
  class Transaction {
    async [Resource.exit](error?: unknown) {
      await commit.passed;
      ends.push(error instanceof Error ? error.message : 'committed');
    }
  }
  Container.registerProvider(Transaction, Scope.Resource);
  onTestFinished(() => Container.reset());
  const bg = new Background().with({ timeout: 100, retries: 1 });
  const charged = await bg.add(inject([Transaction], async () => 'charged'));
  const refused = await bg.with({ retries: 0 }).add(
    inject([Transaction], async () => {
      throw new Error('refused');
    }),
  );
  await clock.advance(10_000);
  expect([charged.status, refused.status]).toEqual(['running', 'running']);
  commit.open();
  await expect(charged.result).resolves.toBe('charged');
  await expect(refused.result).rejects.toThrow('refused');
  expect(ends).toEqual(['committed', 'refused']);
});

test('the tasks that an attempt has added are limited with it, and undone', async () => {
  const closed: unknown[] = [];
  class Transaction {
    [Resource.exit](error: unknown) {
      closed.push(error instanceof TaskTimeoutError);
    }
  }
  Container.registerProvider(Transaction, Scope.Resource);
  onTestFinished(() => Container.reset());
  const waits = (signal: AbortSignal) => once(signal, 'abort');
  const adds = inject([Background, Transaction], async (inner, _: Transaction) => {
    await inner.add(inject([AbortSignal], waits));
    return 'added';
  });
  const bg = new Background();
  const handle = await bg.with({ timeout: 200 }).add(adds);
  await clock.advance(200);
  await expect(handle.result).rejects.toThrow(TaskTimeoutError);
  await expect.poll(() => closed).toEqual([true]);
});

test('when no attempt is left it fails with the last error, once', async () => {
  const errors: unknown[] = [];
  const bg = new Background({ onError: (error, { name }) => errors.push([name, error]) });
  const task = await bg.with({ retries: 2, name: 'mail' }).add(failing(9));
  await clock.advance(120_000);
  await expect(task.result).rejects.toThrow('attempt 3');
  expect(errors).toEqual([['mail', new Error('attempt 3')]]);
  expect(bg.counts).toMatchObject({ accepted: 1, failed: 1 });
});

test('while it waits to be tried again, others have its place, and closing waits for it', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const task = await bg.with({ retries: 1 }).add(failing(1));
  const other = await bg.add(async () => 'other');
  await expect(other.result).resolves.toBe('other');
  expect(task.status).toBe('waiting');
  let closed = false;
  const closing = bg[Symbol.asyncDispose]().then(() => {
    closed = true;
  });
  await clock.advance(0);
  expect(closed).toBe(false);
  await clock.advance(1_000);
  await closing;
  expect(task.status).toBe('succeeded');
});

test('the wait is a random part of a time that grows up to its bound', () => {
  vi.restoreAllMocks();
  return fc.assert(
    fc.asyncProperty(
      fc.record({
        initial: fc.integer({ min: 0, max: 5_000 }),
        factor: fc.double({ min: 1, max: 10, noNaN: true }),
        max: fc.integer({ min: 0, max: 100_000 }),
      }),
      fc.integer({ min: 0, max: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (backoff, retries, random) => {
        const spy = vi.spyOn(Math, 'random').mockReturnValue(random);
        const started: number[] = [];
        const bg = new Background();
        const before = clock.now;
        await bg.with({ retries, backoff }).add(async () => {
          started.push(clock.now);
          throw new Error('again');
        });
        await clock.advance(1_000_000);
        spy.mockRestore();
        expect(started).toHaveLength(retries + 1);
        expect(started[0]).toBe(before);
        for (let i = 1; i < started.length; i++) {
          const waited = (started[i] ?? 0) - (started[i - 1] ?? 0);
          const most = Math.min(backoff.max, backoff.initial * backoff.factor ** (i - 1));
          expect(waited).toBeCloseTo(random * most, 3);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test.each([
  ['without a bound', { initial: 1_000, max: Number.POSITIVE_INFINITY }, 2 ** 31 - 1],
  ['for ever', { initial: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY }, 2 ** 31 - 1],
  ['at no time', { initial: 0 }, 0],
])('a wait that grows %s is one that a timer can have', async (_, backoff, wait) => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const bg = new Background();
  const task = await bg.with({ retries: 1_100, backoff }).add(failing(1_100));
  for (let attempt = 1; attempt <= 1_100; attempt++) await clock.advance(wait);
  await expect(task.result).resolves.toBe(1_101);
  expect(log.lines.at(-1)).toMatch(new RegExp(`again in ${wait} ms`));
});

test('what it needs may have gone before another attempt: then it fails, and its place is free', async () => {
  class Mailer {}
  const container = Container.create();
  const before = container.snapshot();
  container.registerProvider(Mailer, Scope.Singleton);
  await container.run(async () => {
    const bg = new Background({ maxConcurrency: 1 });
    const send = inject([Mailer], async (_mailer: Mailer) => {
      throw new Error('not now');
    });
    const task = await bg.with({ retries: 1 }).add(send);
    await clock.advance(0);
    await container.restore(before);
    await clock.advance(1_000);
    await expect(task.result).rejects.toThrow('no provider for Mailer');
    expect(await (await bg.add(async () => 'next')).result).toBe('next');
    await bg.idle();
    expect(bg.counts).toMatchObject({ accepted: 2, failed: 1, succeeded: 1 });
  });
});

test('a timeout aborts the signal, and ends the task at once though its body goes on', async () => {
  const bg = new Background();
  const body = gate();
  let reason: unknown;
  const task = await bg.with({ timeout: 1_000, name: 'slow' }).add(
    inject([AbortSignal], async (signal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      await body.passed;
    }),
  );
  await clock.advance(999);
  expect(task.status).toBe('running');
  await clock.advance(1);
  expect(task.status).toBe('timed-out');
  await expect(task.result).rejects.toThrow('slow took longer than 1000 ms');
  expect(reason).toBeInstanceOf(TaskTimeoutError);
  expect(bg.tasks()).toMatchObject([{ status: 'timed-out', running: 1_000 }]);
  body.fail(new Error('too late to tell'));
  await bg.idle();
  expect(log.lines).toEqual([
    expect.stringMatching(/^error: Error in background async task slow: slow took/),
  ]);
  expect(bg.counts).toMatchObject({ accepted: 1, timedOut: 1, failed: 0 });
});

test('what has timed out is tried again when its body has ended, and never beside itself', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const bg = new Background();
  const bodies = [gate(), gate()];
  let running = 0;
  let most = 0;
  const body = inject([TaskContext], async ({ attempt }) => {
    most = Math.max(most, ++running);
    await bodies[attempt - 1]?.passed;
    running--;
    return attempt;
  });
  const retrying = bg.with({ timeout: 100, retries: 2, backoff: { initial: 50 } });
  const polite = await retrying.add(body);
  await clock.advance(120);
  expect(polite.status).toBe('waiting');
  bodies[0]?.open();
  bodies[1]?.open();
  await clock.advance(30);
  await expect(polite.result).resolves.toBe(2);
  bodies[0] = gate();
  const stubborn = await retrying.add(body);
  await clock.advance(149);
  expect(stubborn.status).toBe('waiting');
  await clock.advance(1);
  expect(stubborn.status).toBe('timed-out');
  expect(most).toBe(1);
  bodies[0].open();
  await bg.idle();
});

test('what waits for the thread of another Background is not at work, and does not time out', async () => {
  const memory = new Int32Array(new SharedArrayBuffer(16));
  const [one, other] = [new Background({ maxWorkers: 1 }), new Background({ maxWorkers: 1 })];
  const holding = await one.add(holds, memory, 2);
  await vi.waitFor(() => expect(memory[2]).toBe(1), 20_000);
  const waiting = await other.with({ timeout: 100 }).add(counts, memory, 3);
  await clock.advance(10_000);
  expect(waiting.status).toBe('running');
  Atomics.store(memory, 0, 1);
  Atomics.notify(memory, 0);
  expect([await holding.result, await waiting.result]).toEqual([0, 1]);
});

test('nor does what a thread still loads, which takes half a minute at most', async () => {
  const module = new URL('./fixtures/programs/slow-to-load.mjs', import.meta.url).href;
  const loaded = task(module, 'loaded', () => 'not on a thread');
  const channel = new BroadcastChannel('slow-to-load');
  onTestFinished(() => channel.close());
  const loading = once(channel, 'message', { signal: AbortSignal.timeout(20_000) });
  const bg = new Background({ maxWorkers: 1 });
  const patient = await bg.with({ timeout: 100 }).add(loaded);
  await loading;
  await clock.advance(10_000);
  expect(patient.status).toBe('running');
  channel.postMessage('go on');
  await expect(patient.result).resolves.toBe('loaded');
});

test.each(['start', 'error'])('who is told of its %s may cancel it: it ends once', async (event) => {
  const told = `offstage:task:${event}`;
  const controller = new AbortController();
  const cancel = () => controller.abort();
  subscribe(told, cancel);
  onTestFinished(() => void unsubscribe(told, cancel));
  const bg = new Background();
  const task = await bg.with({ retries: 1, timeout: 1_000, signal: controller.signal }).add(failing(1));
  await clock.advance(5_000);
  await bg.idle();
  expect(task.status).toBe('cancelled');
  expect(bg.counts).toMatchObject({ accepted: 1, waiting: 0, cancelled: 1, succeeded: 0, timedOut: 0 });
});

test('cancelling ends the wait for another attempt', async () => {
  const bg = new Background();
  const task = await bg.with({ retries: 5 }).add(failing(9));
  await clock.advance(0);
  task.cancel();
  await bg.idle();
  expect(task.status).toBe('cancelled');
  expect(clock.waits).toBe(0);
});

test.each([
  [{ timeout: -1 }, 'bg.with({ timeout: -1 }): it must be milliseconds, from 0 to 2147483647'],
  [{ timeout: 2 ** 31 }, 'bg.with({ timeout: 2147483648 }): it must be milliseconds, from 0 to 2147483647'],
  [{ timeout: Number.NaN }, 'timeout: NaN'],
  [{ retries: 1.5 }, 'bg.with({ retries: 1.5 }): it must be a whole number from 0 on'],
  [{ backoff: { factor: 0.5 } }, 'backoff.factor: 0.5'],
  [{ priority: Number.NaN }, 'priority: NaN'],
  [{ on: 'moon' }, "bg.with({ on: moon }): it must be 'loop' or 'thread'"],
  [{ signal: {} }, 'signal: an object'],
  [{ name: Symbol('mail') }, 'bg.with({ name: Symbol(mail) }): it must be a string'],
  [{ backoff: 500 }, 'backoff: 500 }): it must be an object'],
  [{ backoff: null }, 'backoff: null }): it must be an object'],
])('%j is refused at once', (options, message) => {
  expect(() => new Background().with(options as object)).toThrow(message);
});

test('on a thread it is tried again as soon as the thread has ended, however short the wait is', async () => {
  const gates = [gate(), gate(), gate()];
  let begun = 0;
  const beginning = { begun: () => gates[begun++]?.open() } as Beginning; // all of it that a thread calls
  const bg = new Background({ maxWorkers: 1 });
  const patient = bg.with({ timeout: 100, retries: 2, backoff: { initial: 0 } });
  const task = await patient.add(loops, beginning);
  const ended = expect(task.result).rejects.toBeInstanceOf(TaskTimeoutError);
  for (const { passed } of gates) {
    await Promise.race([passed, ended]);
    await clock.advance(100);
  }
  await ended;
  expect(begun).toBe(3);
});

test('nor two on threads, where one goes on in what it has asked of the main thread', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/attempts-on-threads.ts');
  expect(stdout).toBe('TaskTimeoutError\n1 timed-out\nidle\n');
  expect(code).toBe(0);
});

test('a module that was not there is looked for again by the next attempt, on the same thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offstage-late-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'late.mjs');
  const late = task(pathToFileURL(file), 'late', () => 'not on a thread');
  const bg = new Background({ maxWorkers: 1 });
  const handle = await bg.with({ retries: 1 }).add(late);
  await vi.waitFor(() => expect(handle.status).toBe('waiting'), 20_000);
  expect(log.lines).toEqual([expect.stringContaining('late.mjs cannot be loaded on a worker thread')]);
  writeFileSync(file, "export const late = () => 'there';");
  await clock.advance(1_000);
  await expect(handle.result).resolves.toBe('there');
});
