import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { threadPool } from '../dist/threads/pool.js';
import { Beginning, poolTask } from './fixtures/pool-tasks.js';
import { runNode } from './fixtures/run-program.js';

/** The threads that start while a test runs. */
function startedThreads(): Worker[] {
  const workers: Worker[] = [];
  const add = (worker: Worker) => void workers.push(worker);
  process.on('worker', add);
  onTestFinished(() => void process.off('worker', add));
  return workers;
}

/** Runs a task on each of so many threads at one time. */
async function occupy(pool: ReturnType<typeof threadPool>, count: number): Promise<void> {
  const end = new AbortController();
  const tasks: Promise<unknown>[] = [];
  const begin = () =>
    new Promise<void>((resolve) => {
      tasks.push(pool.run(poolTask('until', [end.signal], { onStart: () => resolve() })));
    });
  await Promise.all(Array.from({ length: count }, begin));
  end.abort();
  expect(await Promise.all(tasks)).toEqual(Array(count).fill('to the end'));
}

test('one pool for each set of options', () => {
  expect(threadPool({ maxThreads: 2 })).toBe(threadPool({ maxThreads: 2 }));
  expect(threadPool({ maxThreads: 2 })).not.toBe(threadPool({ maxThreads: 3 }));
  expect(threadPool({ maxThreads: 2, maxMemory: 64 })).not.toBe(threadPool({ maxThreads: 2 }));
});

test('threads start with the tasks that need them, end when they are idle, and one stays', async () => {
  const workers = startedThreads();
  const pool = threadPool({ maxThreads: 3, idleTimeout: 50 });
  await pool.run(poolTask('own'));
  expect(workers).toHaveLength(1);
  await occupy(pool, 3);
  expect(workers).toHaveLength(3);
  const [stays, ...others] = workers as [Worker, ...Worker[]]; // just counted
  const signal = AbortSignal.timeout(10_000);
  await Promise.all(others.map((worker) => once(worker, 'exit', { signal })));
  expect(await pool.run(poolTask('own'))).toBe(stays.threadId);
});

test('the first tasks find the threads that warmUp() has started, and these stay', async () => {
  const workers = startedThreads();
  const pool = threadPool({ maxThreads: 3, idleTimeout: 10 });
  await pool.warmUp(2);
  expect(workers).toHaveLength(2);
  await pool.warmUp(2);
  await occupy(pool, 3);
  expect(workers).toHaveLength(3);
  await once(workers[2] as Worker, 'exit', { signal: AbortSignal.timeout(10_000) });
  await occupy(pool, 2);
  expect(workers).toHaveLength(3);
});

test('a thread that somebody else ends is replaced, and its task is told', async () => {
  const workers = startedThreads();
  const pool = threadPool({ maxThreads: 1, idleTimeout: 9000 });
  const beginning = new Beginning();
  const ended = pool.run(poolTask('loops', [beginning]));
  await beginning.there;
  void workers[0]?.terminate();
  await expect(ended).rejects.toThrow(
    'the worker thread died while it ran loops: the thread ended with code 1',
  );
  expect(await pool.run(poolTask('own'))).toBe(workers[1]?.threadId);
});

test('an error that a task has left behind fails no later task, and the thread goes on', async () => {
  const { stdout, stderr, code } = await runNode(['test/fixtures/programs/errors-left-behind.mjs']);
  expect(stdout).toBe('undefined\nrested\ntrue\n');
  expect(stderr).toMatch(/Error: left behind.*Error: rejected behind/s);
  expect(code).toBe(0);
});

test('a thread that needs more than maxMemory fails its task alone', async () => {
  const { stdout, code } = await runNode(['test/fixtures/programs/small-threads.mjs']);
  expect(stdout).toBe(
    [
      'the worker thread died while it ran hoards: it needed more than the 32 MiB that a thread may use',
      'Have the task hold less at one time, or raise maxMemory.',
      'to the end',
      '8',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('a process whose threads are warm and idle ends by itself', async () => {
  const began = performance.now();
  const { stdout, code } = await runNode(['test/fixtures/programs/warm-threads.mjs']);
  expect({ stdout, code }).toEqual({ stdout: 'warm\n', code: 0 });
  expect(performance.now() - began).toBeLessThan(9000); // before idle threads would have ended
});
