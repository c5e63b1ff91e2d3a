import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Background, BackgroundClosedError, inject } from 'offstage';
import { fakeClock } from 'offstage/testing';
import { expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { counts, holds } from './fixtures/thread-functions.js';

quietLog();
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // given by the flag

test('ten thousand adds, a hundred may wait: never more do, and all are served in order', async () => {
  const bg = new Background({ maxConcurrency: 3, capacity: 100 });
  const served: number[] = [];
  let most = 0;
  for (let index = 0; index < 10_000; index++) {
    await bg.add(async () => {
      served.push(index);
      await settled();
    });
    most = Math.max(most, bg.counts.waiting);
  }
  await bg.idle();
  expect(most).toBe(100);
  expect(served).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
});

test('adds that nobody awaits wait outside in their order, and closing loses none', async () => {
  const served: number[] = [];
  let most = 0;
  const run = inject([Background], async (_outer) => {
    await using bg = new Background({ maxConcurrency: 1, capacity: 2 });
    for (let index = 0; index < 500; index++) {
      void bg.add(async () => {
        most = Math.max(most, bg.counts.waiting);
        await settled();
        served.push(index);
      });
    }
  });
  await run();
  expect(served).toEqual(Array.from({ length: 500 }, (_, index) => index));
  expect(most).toBe(2);
});

test('a task that adds another one never waits for room, since it would wait for itself', async () => {
  const bg = new Background({ maxConcurrency: 1, capacity: 1 });
  const order: string[] = [];
  const task = await bg.add(async () => {
    for (const name of ['a', 'b', 'c']) await bg.add(async () => void order.push(name));
    order.push('outer');
  });
  await task.result;
  await bg.idle();
  expect(order).toEqual(['outer', 'a', 'b', 'c']);
});

test('room that a cancelled task leaves is given to the next one outside', async () => {
  const bg = new Background({ maxConcurrency: 1, capacity: 1 });
  const body = gate();
  await bg.add(async () => body.passed);
  const waiting = await bg.add(async () => 'waiting');
  let inside = false;
  const outside = bg
    .add(async () => 'outside')
    .then((task) => {
      inside = true;
      return task;
    });
  await settled();
  expect(inside).toBe(false);
  waiting.cancel();
  expect((await outside).status).toBe('waiting');
  body.open();
  await bg.idle();
  expect(bg.counts).toMatchObject({ accepted: 3, succeeded: 2, cancelled: 1 });
});

test('a task for a free thread does not wait outside for room on the event loop, nor do later ones overtake it', async () => {
  await using bg = new Background({ maxConcurrency: 1, maxWorkers: 1, capacity: 1 });
  const ended = gate();
  const memory = new Int32Array(new SharedArrayBuffer(16));
  await bg.add(async () => ended.passed);
  await bg.add(async () => {}); // now there is no room
  const holding = await bg.add(holds, memory, 2);
  const outside = [bg.add(counts, memory, 2), bg.add(counts, memory, 3)];
  Atomics.store(memory, 0, 1);
  Atomics.notify(memory, 0);
  expect(await holding.result).toBe(0);
  const [first, second] = await Promise.all(outside);
  const late = await bg.add(counts, memory, 2);
  expect(await Promise.all([first?.result, second?.result, late.result])).toEqual([1, 2, 3]);
  ended.open();
});

test('what still waits outside when the grace period is over is told so', async () => {
  using clock = fakeClock();
  const bg = new Background({ maxConcurrency: 1, capacity: 1, gracePeriod: 1_000 });
  const running = await bg.add(async () => new Promise(() => {}));
  const waiting = await bg.add(async () => new Promise(() => {}));
  const outside = bg.add(async () => {});
  const closing = bg[Symbol.asyncDispose]();
  await clock.advance(1_500);
  await expect(outside).rejects.toThrow(BackgroundClosedError);
  await closing;
  expect([running.status, waiting.status]).toEqual(['abandoned', 'abandoned']);
});

test('a higher priority goes first, and the same keeps its order', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const body = gate();
  const order: string[] = [];
  await bg.add(async () => body.passed);
  const add = (priority: number, name: string) =>
    bg.with({ priority }).add(async () => void order.push(name));
  for (const [priority, name] of [
    [0, 'a'],
    [5, 'b'],
    [-1, 'c'],
    [5, 'd'],
    [0, 'e'],
    [9, 'f'],
  ] as const) {
    await add(priority, name);
  }
  body.open();
  await bg.idle();
  expect(order).toEqual(['f', 'b', 'd', 'a', 'e', 'c']);
});

test('a hundred random orders: whatever the priorities, tasks start by them, and then as they were added', async () => {
  const priorities = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(priorities, async (given) => {
      const bg = new Background({ maxConcurrency: 1 });
      const started: { priority: number; index: number }[] = [];
      const add = (priority: number, index: number) =>
        bg.with({ priority }).add(async () => void started.push({ priority, index }));
      const body = gate();
      await bg.add(async () => body.passed);
      for (const [index, priority] of given.entries()) await add(priority, index);
      const inOrder = given
        .map((priority, index) => ({ priority, index }))
        .sort((a, b) => b.priority - a.priority || a.index - b.index);
      body.open();
      await bg.idle();
      expect(started).toEqual(inOrder);
    }),
    { numRuns: 100, seed: 20_261_121 },
  );
});

test('what is cancelled before its turn is let go, though nobody leaves', async () => {
  const bg = new Background({ maxConcurrency: 1, capacity: 10 });
  const end = gate();
  await bg.add(() => end.passed);
  const dead: WeakRef<object>[] = [];
  for (let n = 0; n < 5_000; n++) {
    const task = await bg.add(async () => {});
    dead.push(new WeakRef(task));
    task.cancel();
  }
  for (let n = 0; n < 10; n++) await bg.add(async () => {}); // no room is left
  for (let n = 0; n < 5_000; n++) {
    const caller = new AbortController();
    const entering = bg.with({ signal: caller.signal }).add(async () => {});
    dead.push(new WeakRef(caller.signal));
    caller.abort();
    await entering.catch(() => {});
  }
  await settled();
  collectGarbage();
  const kept = dead.filter((each) => each.deref()).length;
  end.open();
  await bg.idle();
  expect(kept).toBeLessThan(5_000);
});
