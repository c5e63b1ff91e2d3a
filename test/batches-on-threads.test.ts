import { once } from 'node:events';
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { Background, type TaskHandle } from 'offstage';
import { expect, test, vi } from 'vitest';
import { JobBoard } from '../src/threads/jobs/job-board.js';
import type { JobLine, ThreadJob } from '../src/threads/pool/job-line.js';
import { JobStream } from '../src/threads/pool/job-stream.js';
import type { WorkerSlot } from '../src/threads/pool/worker-slot.js';
import { type Ended, JobLoop } from '../src/threads/worker/job-loop.js';
import { quietLog } from './fixtures/quiet-log.js';
import { counts, dies, holds, takes } from './fixtures/thread-functions.js';

quietLog();

/** Places of the tasks in the memory that they share with the test; the first two elements have a meaning. */
const first = 2;
const size = 2_000;
let maxWorkerMemory = 400;

/** A Background whose own threads have run small tasks, so that many go in one message. */
async function trained(maxWorkers: number) {
  const options = { maxWorkers, maxWorkerMemory: ++maxWorkerMemory };
  class Own extends Background {
    constructor() {
      super(options);
    }
  }
  await Own.warmUp();
  await (await addAll(new Own(), new Int32Array(new SharedArrayBuffer(4 * size)), places(500))).results;
  const bg = new Own();
  const memory = new Int32Array(new SharedArrayBuffer(4 * size));
  return { bg, memory };
}

function places(count: number, from = first): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

async function addAll(bg: Background, memory: Int32Array, at: readonly number[]) {
  const tasks: TaskHandle<number>[] = [];
  for (const place of at) tasks.push(await bg.add(counts, memory, place));
  return { results: Promise.all(tasks.map(({ result }) => result)) };
}

function release(memory: Int32Array): void {
  Atomics.store(memory, 0, 1);
  Atomics.notify(memory, 0);
}

/** Polls, since nothing tells of what only the memory knows. */
const eventually = { timeout: 10_000, interval: 5 };

test('small tasks added together go in few messages, and each has its own result', async () => {
  const { bg, memory } = await trained(2);
  const post = vi.spyOn(MessagePort.prototype, 'postMessage');
  const order = await (await addAll(bg, memory, places(1_500))).results;
  const messages = post.mock.calls.length;
  post.mockRestore();
  expect([...order].sort((a, b) => a - b)).toEqual(places(1_500, 0));
  expect(messages).toBeLessThan(500);
  expect(bg.counts).toMatchObject({ accepted: 1_500, succeeded: 1_500, running: 0, waiting: 0 });
});

test('a thread that dies fails the one task that it ran, and no other runs twice or never', async () => {
  const { bg, memory } = await trained(2);
  const ended: Promise<string>[] = [];
  for (const place of places(600)) {
    const { result } = await bg.add(place % 100 === 50 ? dies : counts, memory, place);
    ended.push(
      result.then(
        () => 'done',
        (error: Error) => error.message.split('\n')[0] ?? '',
      ),
    );
  }
  const outcomes = await Promise.all(ended);
  const died = 'the worker thread died while it ran dies: the thread ended with code 4';
  expect(outcomes).toEqual(places(600).map((place) => (place % 100 === 50 ? died : 'done')));
  expect([...memory.subarray(first, first + 600)]).toEqual(places(600).map(() => 1));
  expect(bg.counts).toMatchObject({ succeeded: 594, failed: 6 });
});

test('a task that takes long delays no other, as long as another thread is free', async () => {
  const { bg, memory } = await trained(2);
  const before = await addAll(bg, memory, places(200));
  const long = await bg.add(holds, memory, first + 200);
  const behind = await addAll(bg, memory, places(200, first + 201));
  await Promise.all([before.results, behind.results]);
  expect(memory[0]).toBe(0); // it still holds its thread
  await expect.poll(() => long.status, eventually).toBe('running');
  release(memory);
  await long.result;
  expect([...memory.subarray(first, first + 401)]).toEqual(places(401).map(() => 1));
});

test('what is done is told while the next one runs, and what has not begun waits, moves and leaves', async () => {
  const { bg, memory } = await trained(1);
  const before = await addAll(bg, memory, places(100));
  const long = await bg.add(holds, memory, first + 100);
  const behind: TaskHandle<number>[] = [];
  for (const place of places(100, first + 101)) behind.push(await bg.add(counts, memory, place));
  expect(await before.results).toEqual(places(100, 0));
  await expect.poll(() => long.status, eventually).toBe('running');
  expect(bg.counts).toMatchObject({ succeeded: 100, running: 1, waiting: 100 });
  expect(new Set(behind.map(({ status }) => status))).toEqual(new Set(['waiting']));
  const [leaves, next] = behind;
  leaves?.cancel();
  const urgent = await bg.with({ priority: 1 }).add(counts, memory, first + 201);
  release(memory);
  expect([await long.result, await urgent.result, await next?.result]).toEqual([100, 101, 102]);
  await bg.idle();
  expect(memory[first + 101]).toBe(0); // the one that left never ran
  expect(bg.counts).toMatchObject({ succeeded: 201, cancelled: 1 });
});

test('another Background that waits for the thread goes before what has been sent ahead', async () => {
  const { bg, memory } = await trained(1);
  const other = new Background({ maxWorkers: 1, maxWorkerMemory });
  const long = await bg.add(holds, memory, first);
  const behind = await addAll(bg, memory, places(300, first + 1));
  await expect.poll(() => memory[first], eventually).toBe(1);
  const between = await other.with({ timeout: 60_000 }).add(counts, memory, first + 301); // goes by itself
  await new Promise(setImmediate); // it waits for the thread
  release(memory);
  expect(await long.result).toBe(0);
  expect(await between.result).toBe(1);
  expect(await behind.results).toEqual(places(300, 2));
});

test('a cancel ends the thread of the one that runs, and what it had of others runs elsewhere', async () => {
  const { bg, memory } = await trained(1);
  const before = await addAll(bg, memory, places(50));
  const long = await bg.add(holds, memory, first + 50);
  const behind = await addAll(bg, memory, places(50, first + 51));
  await expect.poll(() => memory[first + 50], eventually).toBe(1);
  long.cancel('enough');
  expect(long.status).toBe('cancelled');
  await expect(long.result).rejects.toMatchObject({ cause: 'enough' });
  expect(await before.results).toEqual(places(50, 0));
  expect(await behind.results).toEqual(places(50, 51));
  expect([...memory.subarray(first, first + 101)]).toEqual(places(101).map(() => 1));
});

test('a cancel at the moment when a thread goes on to the next one harms neither that one nor those behind', async () => {
  // A thread that was slow just now is sent little at a time: then there is no such moment, and it is tried again.
  await expect.poll(cancelAsItGoesOn, eventually).toBe(true);

  async function cancelAsItGoesOn(): Promise<boolean> {
    const { bg, memory } = await trained(1);
    const other = new Int32Array(new SharedArrayBuffer(16));
    const before = await addAll(bg, memory, places(50)); // so that those that follow are sent together
    const ending = await bg.add(holds, memory, first + 50);
    const next = await bg.add(holds, other, 2);
    const behind = await addAll(bg, memory, places(50, first + 51));
    await before.results;
    await expect.poll(() => ending.status, eventually).toBe('running');
    // The main thread tries to take back that one, in vain, and then those behind it: at this moment the thread goes on.
    const { compareExchange } = Atomics;
    let tries = 0;
    vi.spyOn(Atomics, 'compareExchange').mockImplementation((...args: unknown[]) => {
      if (++tries === 2) {
        release(memory);
        const late = performance.now() + 10_000;
        while (Atomics.load(other, 2) === 0 && performance.now() < late);
      }
      return Reflect.apply(compareExchange, Atomics, args);
    });
    ending.cancel();
    vi.restoreAllMocks();
    release(other);
    expect(await next.result).toBe(0);
    expect(await behind.results).toEqual(places(50, 51));
    if (tries > 1) expect(ending.status).toBe('succeeded');
    return tries > 1;
  }
});

test('whatever is cancelled while threads begin and end it, each task ends once and runs at most once', async () => {
  const { bg, memory } = await trained(2);
  const tasks: TaskHandle<number>[] = [];
  for (const place of places(1_500)) {
    const view = place % 11 === 0 ? bg.with({ priority: place % 3 }) : bg;
    tasks.push(await view.add(place % 300 === 0 ? dies : counts, memory, place));
    if (place % 5 === 0) tasks[Math.floor((place * 7) / 8) - first]?.cancel();
    if (place % 100 === 0) await new Promise(setImmediate); // threads go on meanwhile
  }
  const statuses = await Promise.all(
    tasks.map(async (task, index) => {
      await task.result.catch(() => {});
      const runs = memory[first + index];
      expect(runs).toBeLessThanOrEqual(1);
      if (task.status === 'succeeded') expect(runs).toBe(1);
      return task.status;
    }),
  );
  await bg.idle();
  const count = (status: string) => statuses.filter((each) => each === status).length;
  expect(bg.counts).toMatchObject({
    accepted: 1_500,
    succeeded: count('succeeded'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    running: 0,
    waiting: 0,
  });
});

test('whoever looks at the counts takes no news from what follows', async () => {
  const { bg, memory } = await trained(1);
  for (const place of places(20)) {
    const task = await bg.add(counts, memory, place);
    const late = performance.now() + 10_000;
    while (bg.counts.succeeded <= place - first && performance.now() < late); // no turn of the event loop between
    expect(task.status).toBe('succeeded');
  }
  expect(await (await bg.add(counts, memory, first + 20)).result).toBe(20);
  await bg.idle();
});

test('an argument may add others while it is read', async () => {
  const { bg, memory } = await trained(1);
  let reads = 0;
  const added: Promise<TaskHandle<number>>[] = [];
  const argument = {
    get value() {
      // The second time is when it is sent.
      if (++reads === 2) for (const place of places(300)) added.push(bg.add(counts, memory, place));
      return 1;
    },
  };
  const task = await bg.add(takes, argument);
  expect(await task.result).toEqual(expect.any(String));
  expect(await Promise.all(added.map(async (each) => (await each).result))).toEqual(places(300, 0));
});

test('a stream whose job is withdrawn as it is sent gives its thread back once', () => {
  const events: string[] = [];
  const line = { count: 0, ended: 0, board: { spent: 0 }, room: 100, told: false, head: 0 } as JobLine; // what is asked
  const send = () => {
    events.push('sent');
    line.onNews?.(); // whoever was told of its start has cancelled it
  };
  const jobs = [{ name: 'one', moved: [] } as unknown as ThreadJob]; // what is asked
  const stream = new JobStream(
    { line, send } as unknown as WorkerSlot, // what is asked
    line,
    { next: () => jobs.pop(), drained: () => events.push('drained') },
    { isWanted: false, left: () => events.push('given back') },
  );
  stream.feed();
  stream.feed();
  expect(events).toEqual(['sent', 'given back', 'drained']);
});

test('what a job has left to a timer runs, however closely others follow', async () => {
  const { port1: main, port2: thread } = new MessageChannel();
  const board = new JobBoard();
  const called = { name: 'leaves', place: undefined, compiler: undefined };
  let posted = 0;
  const post = () => {
    board.put(posted);
    const functions = posted === 0 ? [called] : [];
    main.postMessage({ first: posted, functions, calls: [0, 0], args: [] });
    board.post(++posted);
  };
  let isOver = false;
  const deadline = performance.now() + 5_000;
  const run = (): Ended => {
    if (posted === 10_000) {
      setTimeout(() => {
        isOver = true;
      }, 1);
    }
    if (!isOver && performance.now() < deadline) post(); // before it ends: so that there always is one more
    return { outcome: { ok: true, value: { data: undefined } } };
  };
  new JobLoop(thread, board.memory, run);
  post();
  await once(main, 'message');
  await expect.poll(() => isOver, eventually).toBe(true);
  expect(performance.now()).toBeLessThan(deadline);
  main.close();
});
