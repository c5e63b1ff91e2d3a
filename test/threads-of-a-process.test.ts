import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { Background } from 'offstage';
import { expect, onTestFinished, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';
import { runNode, runProgram } from './fixtures/run-program.js';
import { Beginning, loops, own, posts, until } from './fixtures/thread-functions.js';

quietLog();

/** The threads that start while a test runs. */
function startedThreads(): Worker[] {
  const workers: Worker[] = [];
  const add = (worker: Worker) => void workers.push(worker);
  process.on('worker', add);
  onTestFinished(() => void process.off('worker', add));
  return workers;
}

/** Runs a task on each of so many threads at one time. */
async function occupy(bg: Background, count: number): Promise<void> {
  const end = new AbortController();
  const tasks = await Promise.all(Array.from({ length: count }, () => bg.add(until, end.signal)));
  await expect
    .poll(() => bg.tasks().filter(({ threadId }) => threadId).length, { timeout: 20_000 })
    .toBe(count);
  end.abort();
  for (const { result } of tasks) await result;
}

test('threads start with the tasks that need them, end when they are idle, and one stays', async () => {
  const workers = startedThreads();
  const bg = new Background({ maxWorkers: 3, maxWorkerMemory: 301 });
  await (await bg.add(own)).result;
  expect(workers).toHaveLength(1);
  await occupy(bg, 3);
  expect(workers).toHaveLength(3);
  const [stays, ...others] = workers as [Worker, ...Worker[]]; // just counted
  const signal = AbortSignal.timeout(25_000);
  await Promise.all(others.map((worker) => once(worker, 'exit', { signal })));
  expect(await (await bg.add(own)).result).toBe(stays.threadId);
});

test('the first tasks find the threads that warmUp() has started', async () => {
  class Warm extends Background {
    constructor() {
      super({ maxWorkers: 2, maxWorkerMemory: 302 });
    }
  }
  const workers = startedThreads();
  await Warm.warmUp();
  expect(workers).toHaveLength(2);
  await Warm.warmUp();
  await occupy(new Warm(), 2);
  expect(workers).toHaveLength(2);
});

test('every Background with the same options has the same threads', async () => {
  const options = { maxWorkers: 1, maxWorkerMemory: 303 };
  const ids = [new Background(options), new Background(options)].map(
    async (bg) => (await bg.add(own)).result,
  );
  const [one, two] = await Promise.all(ids);
  expect(one).toBe(two);
  expect(await (await new Background({ ...options, maxWorkerMemory: 304 }).add(own)).result).not.toBe(one);
});

test('a thread that somebody else ends is replaced, and its task is told', async () => {
  const workers = startedThreads();
  const bg = new Background({ maxWorkers: 1, maxWorkerMemory: 305 });
  const beginning = new Beginning();
  const task = await bg.add(loops, beginning);
  await beginning.there;
  void workers[0]?.terminate();
  await expect(task.result).rejects.toThrow(
    /^the worker thread died while it ran loops: the thread ended with code 1/,
  );
  expect(await (await bg.add(own)).result).toBe(workers[1]?.threadId);
});

test('a thread that runs out of memory when it is being ended harms nobody', async () => {
  const workers = startedThreads();
  const bg = new Background({ maxWorkers: 1, maxWorkerMemory: 307 });
  const beginning = new Beginning();
  const task = await bg.add(loops, beginning);
  await beginning.there;
  task.cancel();
  workers[0]?.emit('error', new Error('out of memory')); // as Node does: what listeners throw ends the process
  await bg.idle();
  expect(task.status).toBe('cancelled');
  expect(await (await bg.add(own)).result).toBe(workers[1]?.threadId);
});

test('an error that a task has left behind fails no later task, and the thread goes on', async () => {
  const { stdout, stderr, code } = await runNode(['test/fixtures/programs/errors-left-behind.mjs']);
  expect(stdout).toBe('undefined\nrested\ntrue\n');
  expect(stderr).toMatch(/Error: left behind.*Error: rejected behind/s);
  expect(code).toBe(0);
});

test.each([null, 'text', { ready: true }])(
  'what a task posts to the parent of its thread harms nobody: %j',
  async (message) => {
    const bg = new Background({ maxWorkers: 1, maxWorkerMemory: 306 });
    const before = await (await bg.add(own)).result;
    await (await bg.add(posts, message)).result;
    expect(await (await bg.add(own)).result).toBe(before);
  },
);

test('what is posted to the parent of a thread before that has started harms nobody', async () => {
  const preload = './test/fixtures/programs/posting-preload.mjs';
  const ended = await runNode(['--import', preload, 'test/fixtures/programs/silent-thread.mjs']);
  expect(ended).toMatchObject({ code: 0, stdout: 'ended\n' });
});

test('a task that replaces a method of the standard output ends all the same', async () => {
  const { stdout, stderr, code } = await runNode(['test/fixtures/programs/silent-thread.mjs']);
  expect({ stdout, stderr, code }).toEqual({ stdout: 'ended\n', stderr: 'seen\n', code: 0 });
});

test('a thread that needs more than it may use fails its task alone', async () => {
  const { stdout, code } = await runNode(['test/fixtures/programs/small-threads.mjs']);
  expect(stdout).toBe(
    [
      'the worker thread died while it ran hoards: it needed more than the 32 MiB that a thread may use',
      'Have the task hold less at one time, or raise maxWorkerMemory.',
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
  expect(performance.now() - began).toBeLessThan(9_000); // before idle threads would have ended
});

test('a thread has the arguments and the environment of its process, and its errors all of their fields', async () => {
  const { stdout } = await runProgram('test/fixtures/programs/thread-surroundings.ts', 'alpha', '--beta');
  expect(stdout.split('\n')).toEqual([
    'surroundings: [["alpha","--beta"],"late"]',
    'refused: [true,"invalid",["no name"]]',
    'failed: [true,"no space","DiskError[full]"]',
    'given: ["no city"]',
    '',
  ]);
});
