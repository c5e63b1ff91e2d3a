import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { onCloudflare, ways } from './fixtures/web/cloudflare.js';

/** For what happens on a platform that ends whatever it was not told to wait for. */
const soon = { timeout: 10_000, interval: 20 };
const names = Object.keys(ways) as (keyof typeof ways)[]; // those of an object literal

describe.each(names)('a Worker that is built by %s', (way) => {
  let url = '';
  let told: string[] = [];
  let log = () => '';
  beforeAll(async () => {
    ({ url, told, log } = await onCloudflare('worker.ts', way));
  }, 30_000);
  beforeEach(() => {
    told.length = 0;
  });

  test('has its tasks done after the response, in order, and then closes its resources', async () => {
    const answer = await (await fetch(`${url}/orders/7`)).text();
    expect({ answer, told: [...told] }).toEqual({ answer: 'accepted', told: [] });
    await vi.waitFor(() => expect(told).toHaveLength(2), soon);
    expect(told).toEqual(['tracked /orders/7', 'order closed']);
    expect(log()).toContain('Error in background async task fail: a task that fails');
  }, 15_000);

  test('starts its tasks behind a stream, and those that always run behind an error', async () => {
    expect(await (await fetch(`${url}/stream`)).text()).toBe('one two');
    await vi.waitFor(() => expect(told).toHaveLength(2), soon);
    expect((await fetch(`${url}/throws`)).status).toBe(500);
    await vi.waitFor(() => expect(told).toHaveLength(3), soon);
    expect(told).toEqual(['streamed', 'tracked /stream', 'always']);
  }, 15_000);

  test('runs sync tasks on its event loop, and says so once', async () => {
    const shouts = [`${url}/shout/hello`, `${url}/shout/again`].map(async (ask) => (await fetch(ask)).text());
    expect(await Promise.all(shouts)).toEqual(['HELLO', 'AGAIN']);
    expect(log().match(/Sync tasks run on the event loop: .*/g)).toEqual([
      "Sync tasks run on the event loop: Cloudflare's Workers have no threads.",
    ]);
  }, 15_000);

  test('answers many at once, and has the tasks of all of them done', async () => {
    const asked = Array.from({ length: 100 }, (_, id) => `/orders/${id}`);
    const answers = await Promise.all(asked.map(async (path) => (await fetch(url + path)).text()));
    expect(answers).toEqual(asked.map(() => 'accepted'));
    await vi.waitFor(() => expect(told).toHaveLength(200), soon);
    expect([...told].sort()).toEqual(
      [...asked.map((path) => `tracked ${path}`), ...asked.map(() => 'order closed')].sort(),
    );
  }, 30_000);
});

test('requests share a singleton that takes time to make, and a Background that runs one task at a time', async () => {
  const { url, told } = await onCloudflare('sharing-worker.ts', 'vite');
  const ask = async (path: string) => (await fetch(url + path)).text();
  const settings = await Promise.all(Array.from({ length: 10 }, () => ask('/settings')));
  expect(new Set(settings)).toEqual(new Set(['ada, made 1 time']));
  const pages = Array.from({ length: 20 }, (_, id) => `/pages/${id}`);
  await Promise.all(pages.map(ask));
  await vi.waitFor(() => expect(told).toHaveLength(20), soon);
  expect([...told].sort()).toEqual(pages.sort());
}, 30_000);

test('a server of node:http has its tasks done after the response', async () => {
  const { url, told } = await onCloudflare('node-worker.ts', 'esbuild');
  expect(await (await fetch(`${url}/products/7`)).text()).toBe('seen');
  await vi.waitFor(() => expect(told).toEqual(['tracked /products/7']), soon);
}, 30_000);
