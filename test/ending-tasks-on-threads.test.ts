import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Background, inject } from 'offstage';
import { fakeClock } from 'offstage/testing';
import { describe, expect, test, vi } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';
import {
  asks,
  awaits,
  Beginning,
  countsUntil,
  holds,
  loops,
  loopsInSpite,
  own,
  until,
} from './fixtures/thread-functions.js';

quietLog();

describe.each([
  ['an endless loop', loops],
  ['one remote call after the other', asks],
  ['awaiting for ever', awaits],
])('%s', (_, body) => {
  test('is ended by a cancel, thread and all, and what waits behind it moves on', async () => {
    const bg = new Background({ maxWorkers: 1 });
    const beginning = new Beginning();
    const running = await bg.add(body, beginning);
    const next = await bg.add(own);
    await beginning.there;
    const [{ threadId } = {}] = bg.tasks();
    expect(threadId).toBeGreaterThan(0);
    const began = performance.now();
    running.cancel('enough');
    await expect(running.result).rejects.toMatchObject({ name: 'TaskCancelledError', cause: 'enough' });
    const other = await next.result;
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(other).not.toBe(threadId);
    await bg.idle();
    expect(bg.counts).toMatchObject({ cancelled: 1, succeeded: 1, failed: 0 });
  });

  test('is ended by a timeout, and by the end of a grace period', async () => {
    const bg = new Background({ maxWorkers: 1, gracePeriod: 1_000 });
    const first = await bg.with({ timeout: 300 }).add(body, new Beginning());
    const second = await bg.add(body, new Beginning());
    await expect(first.result).rejects.toThrow('took longer than 300 ms');
    const began = performance.now();
    await bg[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(2_000); // to within a second
    expect(second.status).toBe('abandoned');
    expect(await (await bg.add(own)).result).toBeGreaterThan(0);
  });
});

test('a task that takes its signal is asked first, and keeps its thread', async () => {
  const bg = new Background({ maxWorkers: 1 });
  const before = await (await bg.add(own)).result;
  const controller = new AbortController();
  const polite = await bg.add(until, controller.signal);
  controller.abort();
  await expect(polite.result).resolves.toBe('to the end');
  expect(await (await bg.add(own)).result).toBe(before);
});

test('a task that takes its signal and does not heed it is ended by its timeout, also after a cancel', async () => {
  using clock = fakeClock();
  const bg = new Background({ maxWorkers: 1 });
  const beginning = new Beginning();
  const deaf = inject([AbortSignal], loopsInSpite);
  const running = await bg.with({ timeout: 60_000 }).add(deaf, beginning);
  const next = await bg.add(own);
  await beginning.there;
  running.cancel('enough');
  await expect(running.result).rejects.toMatchObject({ cause: 'enough' });
  await clock.advance(59_999);
  expect(next.status).toBe('waiting');
  await clock.advance(1);
  expect(await next.result).toBeGreaterThan(0);
  await bg.idle();
  expect([running.status, clock.waits]).toEqual(['cancelled', 0]);
});

describe('a task that takes its signal and has not begun is taken back by a cancel', () => {
  const polite = inject([AbortSignal], countsUntil);
  let maxWorkerMemory = 300;
  const alone = () => ({
    options: { maxWorkers: 1, maxWorkerMemory: ++maxWorkerMemory }, // a thread of its own
    memory: new Int32Array(new SharedArrayBuffer(16)),
  });

  test('while its thread comes up', async () => {
    const { options, memory } = alone();
    const bg = new Background(options);
    const early = await bg.add(polite, memory, 2);
    early.cancel('not needed');
    await expect(early.result).rejects.toMatchObject({ cause: 'not needed' });
    await (await bg.add(own)).result;
    await bg.idle();
    expect([...memory]).toEqual([0, 0, 0, 0]);
  });

  test('while another Background has the thread', async () => {
    const { options, memory } = alone();
    const other = new Background(options);
    const bg = new Background(options);
    const before = await other.add(holds, memory, 2);
    await expect.poll(() => memory[2], { timeout: 20_000 }).toBe(1);
    const waits = await bg.add(polite, memory, 3);
    waits.cancel('not needed');
    await bg.idle(); // it has left, though the thread is not free
    expect(before.status).toBe('running');
    Atomics.store(memory, 0, 1);
    Atomics.notify(memory, 0);
    await before.result;
    await (await bg.add(own)).result;
    expect(memory[3]).toBe(0);
  });

  test('and one that has begun unseen by the main thread ends by itself, on its thread', async () => {
    const { options, memory } = alone();
    const bg = new Background(options);
    const cancelled = new AbortController();
    const seen = await bg.add(countsUntil, cancelled.signal, memory, 3); // as a plain argument, which says how it ends
    cancelled.abort();
    const [thread] = (await seen.result).split(':');
    const unseen = await bg.add(polite, memory, 2);
    while (bg.tasks()[0]?.threadId === undefined) await new Promise(setImmediate);
    blockUntil(() => Atomics.load(memory, 2) > 0);
    unseen.cancel();
    await bg.idle();
    expect(String(await (await bg.add(own)).result)).toBe(thread);
  });
});

test('a task that waits for a thread leaves the queue, and those around it run', async () => {
  const bg = new Background({ maxWorkers: 1 });
  const beginning = new Beginning();
  const running = await bg.add(loops, beginning);
  const leaves = await bg.add(own);
  const stays = await bg.add(own);
  await beginning.there;
  leaves.cancel('not needed');
  await expect(leaves.result).rejects.toMatchObject({ cause: 'not needed' });
  running.cancel();
  expect(await stays.result).toBeGreaterThan(0);
});

/** The main thread hears of nothing meanwhile. */
function blockUntil(isThere: () => boolean): void {
  const deadline = performance.now() + 20_000;
  while (!isThere()) if (performance.now() > deadline) throw new Error('it is not there');
}

test('a thread that is ended while the main thread has yet to hear of its start takes no later one along', async () => {
  const bg = new Background({ maxWorkers: 1, maxWorkerMemory: 257 }); // a thread of its own
  const memory = new Int32Array(new SharedArrayBuffer(12));
  const controller = new AbortController();
  const first = await bg.with({ signal: controller.signal }).add(holds, memory, 2);
  while (bg.tasks()[0]?.threadId === undefined) await new Promise(setImmediate);
  blockUntil(() => Atomics.load(memory, 2) > 0);
  controller.abort();
  const blocked = performance.now() + 1_100; // the end of a thread is waited for a second
  blockUntil(() => performance.now() > blocked);
  const next = await bg.with({ timeout: 60_000 }).add(own);
  await expect(first.result).rejects.toThrow('was cancelled');
  expect(await next.result).toBeGreaterThan(0);
});

test('a task that is cancelled at the moment when a thread is free for it never runs', async () => {
  const options = { maxWorkers: 1 };
  const before = new Background(options);
  const waiting = new Background(options); // with the same thread
  await (await before.add(own)).result; // it has started
  const small = await before.add(own);
  const cancelled = await waiting.add(loops, new Beginning());
  void small.result.then(() => cancelled.cancel());
  await expect(cancelled.result).rejects.toThrow('loops was cancelled');
  await waiting.idle();
  expect(await (await waiting.add(own)).result).toBe(await small.result);
});

test('what ends a thread is tried again on another one', async () => {
  const bg = new Background({ maxWorkers: 1 });
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.99); // the first thread has ended by then
  const ended: unknown[] = [];
  const note = (event: unknown) => void ended.push(event);
  subscribe('offstage:task:end', note);
  const retrying = bg.with({ timeout: 200, retries: 1, backoff: { initial: 2_000 } });
  const task = await retrying.add(loops, new Beginning());
  await expect(task.result).rejects.toThrow('took longer than 200 ms');
  await bg.idle();
  expect(ended).toMatchObject([{ id: task.id, attempt: 2, status: 'timed-out' }]);
  unsubscribe('offstage:task:end', note);
  random.mockRestore();
});
