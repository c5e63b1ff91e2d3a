import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { after, Container, inject, Resource, Scope, token } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { ask } from './fixtures/web/client.js';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { portOf } from './fixtures/web/listen.js';
import { load } from './fixtures/web/starts/hono.js';

const First = Request; // no server has begun yet

obeysTheLaws(await load('hono'));

test('the Request is given by the class that serve() has made the global one', async () => {
  const container = Container.create();
  const requests = offstage({ container });
  const app = new Hono().use(requests);
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server; // without options it is one
  class Locale {
    constructor(readonly path: string) {}
  }
  const makeLocale = ({ url }: Request) => new Locale(new URL(url).pathname);
  container.registerProvider(Locale, { useFactory: makeLocale, deps: [Request], scope: Scope.Resource });
  const paths = inject([Request, First, Locale], (request, first, { path }, c: Context) =>
    c.text(`${path} ${request === first}`),
  );
  app.get('/ada', handler(paths));
  expect(await ask(await portOf(server), '/ada')).toEqual({ status: 200, text: '/ada true' });
  await requests.close(server);
});

test('a body that is read without a server of Node is read in the flow of its request, to its end', async () => {
  class Names {
    readonly own = 'ada';
  }
  const container = Container.create();
  container.registerProvider(Names, 'singleton');
  const name = inject([Names], ({ own }) => own);
  const log: string[] = [];
  const app = new Hono().use(offstage({ container }));
  app.get('/', (c) => {
    let rows = 3;
    const pull = (controller: ReadableStreamDefaultController) => {
      if (rows-- > 0) return controller.enqueue(new TextEncoder().encode(`${name()} `));
      after(async () => void log.push(`task of ${name()}`));
      controller.close();
    };
    return c.body(new ReadableStream({ pull }, { highWaterMark: 0 }));
  });
  const text = await (await app.request('/')).text();
  await container.dispose();
  expect({ text, log }).toEqual({ text: 'ada ada ada ', log: ['task of ada'] });
});

test('of a WebSocket handshake that is answered by a route, nobody reads the body', async () => {
  const log: string[] = [];
  const requests = offstage({ container: Container.create() });
  const app = new Hono().use(requests).get('/none', (c) => {
    after(async () => void log.push('task'));
    return c.json({ message: 'not here' }, 401);
  });
  // As servers of Node call it for an upgrade.
  const response = await app.fetch(new Request('http://localhost/none'), {
    incoming: {},
    outgoing: undefined,
  });
  expect(response.status).toBe(401);
  await requests.close({ close: (done) => done() });
  expect(log).toEqual(['task']);
});

test('a response that somebody in front has answered instead, and read, is left alone', async () => {
  const seen: unknown[] = [];
  const late = gate();
  const app = new Hono().use(async (c, next) => {
    const behind = next();
    await settled();
    c.res = new Response('too slow', { status: 504 });
    await c.res.clone().text();
    await c.res.text();
    late.open();
    await behind;
    c.res = new Response('too slow', { status: 504 });
  });
  app.use(offstage());
  app.get('/', async (c) => {
    after(async () => void seen.push('task'));
    await late.passed;
    return c.text('late');
  });
  app.onError((error, c) => {
    seen.push(error);
    return c.text('failed', 500);
  });
  const response = await app.request('/');
  expect([response.status, await response.text()]).toEqual([504, 'too slow']);
  await expect.poll(() => seen).toEqual(['task']);
});

test('a handler that another one asks may fail, where that one copes with it', async () => {
  const log: string[] = [];
  class Transaction {
    [Resource.exit](error?: unknown) {
      log.push(error ? 'rolled back' : 'committed');
    }
  }
  const container = Container.create();
  container.registerProvider(Transaction, Scope.Resource);
  const Price = token<string>('Price');
  container.registerProvider(Price, { useValue: '7' });
  let calls = 0;
  const prices = new Hono().onError((_, c) => c.text('not now', 500));
  const answer = async (price: string, c: Context) => {
    if (++calls < 3) throw new Error('not now');
    return c.text(price);
  };
  prices.get('/price', handler(inject([Price], answer)));
  const app = new Hono().use(offstage({ container }));
  const order = async (_: Transaction, c: Context) => {
    after(async () => void log.push('mailed'));
    let answer = await prices.request('/price');
    if (!answer.ok && c.req.query('again')) answer = await prices.request('/price');
    return answer;
  };
  app.get('/order', handler(inject([Transaction], order)));
  expect(await (await app.request('/order')).text()).toBe('not now');
  await expect.poll(() => log).toEqual(['rolled back']);
  calls = 1;
  const response = await app.request('/order?again=1');
  expect([response.status, await response.text()]).toEqual([200, '7']);
  await expect.poll(() => log).toEqual(['rolled back', 'mailed', 'committed']);
});

test('a handler of a mounted application that throws has none of its tasks run', async () => {
  const log: string[] = [];
  const inner = new Hono().onError((_, c) => c.text('refused', 500));
  const fails = async (_: string, c: Context) => {
    after(async () => void log.push('task'));
    after.always(async () => void log.push('always'));
    throw new Error(c.req.path);
  };
  const Name = token<string>('Name');
  inner.get('/fails', handler(inject([Name], fails)));
  const container = Container.create();
  container.registerProvider(Name, { useValue: 'ada' });
  const app = new Hono().use(offstage({ container })).mount('/inner', inner.fetch);
  const response = await app.request('/inner/fails');
  expect([response.status, await response.text()]).toEqual([500, 'refused']);
  await expect.poll(() => log).toEqual(['always']);
});
