import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { after, Container, task } from 'offstage';
import { offstage as forExpress } from 'offstage/express';
import { offstage } from 'offstage/hono';
import { offstage as forKoa } from 'offstage/koa';
import { offstage as forNode } from 'offstage/node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gate } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const { lines } = quietLog();

/** What Cloudflare gives: it waits for promises, and ends the rest. */
function platform() {
  const waitsFor: Promise<unknown>[] = [];
  const context = {
    waitUntil: (promise: Promise<unknown>) => void waitsFor.push(promise),
    passThroughOnException: () => {},
    props: {},
  };
  return { context, waitsFor };
}

test('a platform with waitUntil is given the tasks, which start behind the last byte', async () => {
  const log: string[] = [];
  const { passed, open } = gate();
  const app = new Hono().use(offstage());
  app.get('/', (c) => {
    after(async () => {
      log.push('task starts');
      await passed;
      log.push('task ends');
    });
    return c.text('answer');
  });
  const { context, waitsFor } = platform();
  const response = await app.fetch(new Request('http://localhost/'), {}, context);
  await new Promise((resolve) => setTimeout(resolve));
  expect({ log, waits: waitsFor.length }).toEqual({ log: [], waits: 1 });
  expect(await response.text()).toBe('answer');
  log.push('read');
  open();
  await waitsFor[0];
  expect(log).toEqual(['read', 'task starts', 'task ends']);
});

test('and what comes when that has been waited for', async () => {
  const { context, waitsFor } = platform();
  const [mayCome, mayEnd] = [gate(), gate()];
  const app = new Hono().use(offstage());
  let left = Promise.resolve();
  app.get('/', (c) => {
    left = mayCome.passed.then(() => after(() => mayEnd.passed));
    return c.text('answer');
  });
  const response = await app.fetch(new Request('http://localhost/'), {}, context);
  await response.text();
  await waitsFor[0];
  mayCome.open();
  await left;
  expect(waitsFor).toHaveLength(2);
  mayEnd.open();
  await waitsFor[1];
});

test.each([
  ['is cancelled', async (app: Hono) => void (await (await app.request('/stream')).body?.cancel())],
  ['is not asked for', async (app: Hono) => void (await app.request('/text', { method: 'HEAD' }))],
  ['is read by somebody else', async (app: Hono) => void (await app.request('/locked'))],
  ['is empty', async (app: Hono) => void (await (await app.request('/empty')).text())],
  [
    'does not exist, since the handler throws',
    async (app: Hono) => void (await (await app.request('/throws')).text()),
  ],
])('where the body of a response %s, tasks run', async (_, ask) => {
  const { passed, open } = gate();
  const app = new Hono().use(offstage());
  app.get('/stream', (c) => {
    after(async () => open());
    return c.body(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)) }));
  });
  app.get('/text', (c) => {
    after(async () => open());
    return c.text('text');
  });
  app.get('/empty', (c) => {
    after(async () => open());
    return c.body(null, 204);
  });
  app.get('/locked', () => {
    after(async () => open());
    const response = new Response('text');
    response.body?.getReader();
    return response;
  });
  app.get('/throws', () => {
    after.always(async () => open());
    throw new Error('as asked');
  });
  app.onError((_error, c) => c.text('failed', 500));
  await ask(app);
  await passed;
});

test('where a handler has returned no response, Hono tells so, and tasks run', async () => {
  const { passed, open } = gate();
  const app = new Hono().use(offstage());
  app.get('/', (c) => {
    after(async () => open());
    c.text('nobody returns it');
    return undefined as unknown as Response; // as JavaScript may
  });
  app.onError(({ message }, c) => c.text(message, 500));
  const response = await app.request('/');
  expect({ status: response.status, text: await response.text() }).toEqual({
    status: 500,
    text: expect.stringContaining('Context is not finalized'),
  });
  await passed;
});

test.each(['GET', 'HEAD'])('where a test has replaced the timers, tasks of a %s run', async (method) => {
  const { passed, open } = gate();
  const app = new Hono().use(offstage());
  app.get('/', (c) => {
    after(async () => open());
    return c.text('answer');
  });
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  await (await app.request('/', { method })).text();
  await passed;
});

test('after() in a sync task says that this runs on a thread', async () => {
  const resize = task(
    new URL('./fixtures/programs/adds-after.mjs', import.meta.url).href,
    'resize',
    () => {},
  );
  const container = Container.create();
  const app = new Hono().use(offstage({ container }));
  app.get('/', (c) => {
    after(resize);
    return c.text('answer');
  });
  await (await app.request('/')).text();
  await container.dispose();
  expect(lines).toEqual([
    expect.stringContaining(
      'after(notify) was called on a thread, where no request is handled\n' +
        'A sync task runs on a thread: have it take tasks: BackgroundTasks as a parameter, or make it async.',
    ),
  ]);
});

/** As platforms without a server do it: they give the application a response of Node that no server will close. */
function serveWithout(listener: RequestListener, connection: Socket | null = new Socket()): string[] {
  const written: string[] = [];
  // They need not give it a connection.
  const request = Object.assign(new IncomingMessage(connection as Socket), { method: 'GET', url: '/' });
  request.push(null);
  const response = new ServerResponse(request);
  const socket = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  response.assignSocket(socket as Socket); // it needs no more of one
  listener(request, response);
  return written;
}

test.each<[string, (route: () => string) => RequestListener]>([
  ['node:http', (route) => forNode((_request, response) => response.end(route()))],
  ['Express', (route) => express().use(forExpress(), (_request, response) => void response.send(route()))],
  [
    'Koa',
    (route) => {
      const app = new Koa().use(forKoa());
      app.use((ctx) => {
        ctx.body = route();
      });
      return app.callback();
    },
  ],
])('on %s a response that no server closes has its tasks run', async (_, listenerOf) => {
  const { passed, open } = gate();
  const listener = listenerOf(() => {
    after(async () => open());
    return 'answer';
  });
  const written = serveWithout(listener);
  await passed;
  expect(written.join('')).toContain('answer');
});

test('and one whose request has no connection either', async () => {
  const { passed, open } = gate();
  const listener = forNode((_request, response) => {
    after(async () => open());
    response.end('answer');
  });
  const written = serveWithout(listener, null);
  await passed;
  expect(written.join('')).toContain('answer');
});
