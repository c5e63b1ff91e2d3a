import { expect, test, vi } from 'vitest';
import { threadPool } from '../dist/threads/pool.js';
import { ThreadLocal } from '../dist/threads/thread-local.js';
import { Beginning, poolTask } from './fixtures/pool-tasks.js';

const oneThread = () => threadPool({ maxThreads: 1 });
const unmade = new ThreadLocal({ module: 'data:text/javascript,', name: 'Unmade' }, () => {
  begins.begun();
  return new Promise(() => {});
});
let begins = new Beginning();

test.each([
  ['an endless loop', 'loops'],
  ['one remote call after the other', 'asks'],
  ['a remote call that is never answered', 'takes'],
  ['awaiting for ever', 'awaits'],
])('%s ends within a second of the abort, with the very reason, and what waits moves on', async (_, name) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  begins = new Beginning();
  const args = name === 'takes' ? [unmade] : [begins];
  const ids: number[] = [];
  const onStart = (id: number) => void ids.push(id);
  const ended = oneThread().run(poolTask(name, args, { terminate: controller.signal, onStart }));
  const next = oneThread().run(poolTask('own', [], { onStart }));
  await begins.there;
  expect(ids).toHaveLength(1);
  const began = performance.now();
  controller.abort(reason);
  await expect(ended).rejects.toBe(reason);
  expect(performance.now() - began).toBeLessThan(1000);
  const id = await next;
  expect(ids).toEqual([expect.any(Number), id]);
  expect(ids[0]).not.toBe(id);
});

test('a task that waits for a thread leaves the queue, and those around it run', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  begins = new Beginning();
  const onStart = vi.fn();
  const running = oneThread().run(poolTask('loops', [begins], { terminate: first.signal }));
  const leaves = oneThread().run(poolTask('own', [], { terminate: second.signal, onStart }));
  const stays = oneThread().run(poolTask('own'));
  await begins.there;
  second.abort('not needed');
  await expect(leaves).rejects.toBe('not needed');
  first.abort('stop');
  await expect(running).rejects.toBe('stop');
  expect(await stays).toBeGreaterThan(0);
  expect(onStart).not.toHaveBeenCalled();
});

test('what is aborted before it is given to the pool never starts', async () => {
  const onStart = vi.fn();
  const terminate = AbortSignal.abort('early');
  await expect(oneThread().run(poolTask('own', [], { terminate, onStart }))).rejects.toBe('early');
  expect(onStart).not.toHaveBeenCalled();
});

test('an abort after the end is nothing, and the thread goes on', async () => {
  const controller = new AbortController();
  const id = await oneThread().run(poolTask('own', [], { terminate: controller.signal }));
  controller.abort();
  expect(await oneThread().run(poolTask('own'))).toBe(id);
});

test('it is told on which thread a task has begun, also when that has to start first', async () => {
  const pool = threadPool({ maxThreads: 1, maxMemory: 500 });
  const ids: number[] = [];
  for (let i = 0; i < 2; i++) {
    const id = await pool.run(poolTask('own', [], { onStart: (started) => void ids.push(started) }));
    expect(ids[i]).toBe(id);
  }
  expect(ids[0]).toBe(ids[1]);
});
