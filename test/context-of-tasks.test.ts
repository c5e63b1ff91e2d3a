import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Background, inject, TaskContext } from 'offstage';
import { fakeClock } from 'offstage/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { runProgram } from './fixtures/run-program.js';
import { type Beginning, loops } from './fixtures/thread-functions.js';

quietLog();
const request = new AsyncLocalStorage<string>();
const current = async () => request.getStore();

test('a task has the context of who added it: at once, out of the queue, and from outside the queue', async () => {
  const bg = new Background({ maxConcurrency: 1, capacity: 1 });
  const body = gate();
  await request.run('first', () => bg.add(async () => body.passed));
  const adds = ['at once', 'queued', 'outside', 'outside too'].map((name) =>
    request.run(name, async () => {
      const task = await bg.add(current);
      return [await task.result, request.getStore()];
    }),
  );
  await settled();
  body.open();
  expect(await Promise.all(adds)).toEqual([
    ['at once', 'at once'],
    ['queued', 'queued'],
    ['outside', 'outside'],
    ['outside too', 'outside too'],
  ]);
});

test('and keeps it in each attempt, also where it had to wait for its place again', async () => {
  using clock = fakeClock();
  const bg = new Background({ maxConcurrency: 1 });
  const seen: unknown[] = [];
  const flaky = inject([TaskContext], async ({ attempt }) => {
    seen.push(request.getStore());
    if (attempt < 3) throw new Error('again');
  });
  const task = await request.run('mine', () => bg.with({ retries: 2 }).add(flaky));
  const body = gate();
  await request.run('other', () => bg.add(async () => body.passed));
  await clock.advance(1_000);
  body.open();
  await clock.advance(10_000);
  await task.result;
  expect(seen).toEqual(['mine', 'mine', 'mine']);
});

test('also on a thread, after an attempt that timed out, and outside of that attempt', async () => {
  using clock = fakeClock();
  const seen: unknown[] = [];
  const gates = [gate(), gate()];
  const beginning = {
    begun: () => {
      seen.push(request.getStore());
      gates[seen.length - 1]?.open();
    },
  } as Beginning; // all of it that a thread calls
  const bg = new Background({ maxWorkers: 1 });
  const told: unknown[] = [];
  const hear = () => {
    told.push(request.getStore());
    bg.idle().catch((error) => told.push(error)); // refused inside a task
  };
  subscribe('offstage:task:error', hear);
  onTestFinished(() => void unsubscribe('offstage:task:error', hear));
  const patient = bg.with({ timeout: 60_000, retries: 1 });
  const task = await request.run('mine', () => patient.add(loops, beginning));
  const ended = expect(task.result).rejects.toThrow('took longer');
  for (const { passed } of gates) {
    await passed;
    await clock.advance(60_000);
    await vi.waitFor(() => expect(bg.tasks().filter((info) => 'running' in info)).toEqual([]), 20_000);
    await clock.advance(1_000);
  }
  await ended;
  expect(seen).toEqual(['mine', 'mine']);
  expect(told).toEqual(['mine', 'mine']);
});

test('what a task takes of its own is its own: signal, context and number of attempts', async () => {
  const bg = new Background();
  class Helper {
    constructor(readonly signal: AbortSignal) {}
  }
  const seen: unknown[] = [];
  const look = inject([AbortSignal, TaskContext], async (signal, context) => {
    seen.push(signal, context.id, context.name, context.attempt);
    const nested = inject([AbortSignal], (inner) => inner === signal);
    return [nested(), new Helper(signal).signal === signal];
  });
  const one = await bg.with({ name: 'one' }).add(look);
  const two = await bg.with({ name: 'two' }).add(look);
  expect([await one.result, await two.result]).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(seen[0]).not.toBe(seen[4]);
  expect(seen.slice(1, 4)).toEqual([one.id, 'one', 1]);
  expect(seen.slice(5)).toEqual([two.id, 'two', 1]);
});

test('outside a task a signal is never aborted, and there is no context', async () => {
  expect(inject([AbortSignal], (signal) => signal.aborted)()).toBe(false);
  expect(() => inject([TaskContext], (context) => context)()).toThrow('where no task runs');
});

test('progress is seen in the list of tasks', async () => {
  const bg = new Background();
  const body = gate();
  await bg.add(
    inject([TaskContext], async (context) => {
      context.progress(1, 10);
      await body.passed;
      context.progress(2);
      await body.passed;
    }),
  );
  expect(bg.tasks()).toMatchObject([
    { progress: { done: 1, total: 10 }, attempt: 1, on: 'loop', status: 'running' },
  ]);
  body.open();
  await bg.idle();
  expect(bg.tasks()).toEqual([]);
});

test('they are taken by their types, on the event loop and on a thread', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/task-parameters.ts');
  expect(stdout.split('\n')).toEqual([
    'loop mine 1 false',
    'thread mine 1',
    'optional false',
    'passed true',
    'a onTheLoop 1 false,b onTheLoop 1 false',
    '',
  ]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
});
