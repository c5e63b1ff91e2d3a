import type { RequestListener, Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { after as afterResponse } from 'offstage';
import { offstage as forExpress } from 'offstage/express';
import { offstage as forFastify } from 'offstage/fastify';
import { offstage as forHono } from 'offstage/hono';
import { offstage as forKoa } from 'offstage/koa';
import { offstage as forNode } from 'offstage/node';
import { describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { portOf } from './fixtures/web/listen.js';
import type { Served } from './fixtures/web/serving.js';
import { http1Client, http2Client, tls } from './fixtures/web/tls.js';

type Protocol = 'https' | 'http2';
type Route = () => string;

/** HTTP/2 has its own types of the same objects. */
type OwnListener = Parameters<typeof createSecureServer>[1];

/** Both speak HTTP/1.1, too. */
function listen(protocol: Protocol, listener: RequestListener): Server {
  const server =
    protocol === 'https'
      ? createServer(tls, listener)
      : createSecureServer({ ...tls, allowHTTP1: true }, listener as object as OwnListener);
  return server.listen(0, '127.0.0.1') as Server;
}

const starts: Record<string, (protocol: Protocol, route: Route) => Served | Promise<Served>> = {
  node(protocol, route) {
    const listener = forNode((_request, response) => response.end(route()));
    const server = listen(protocol, listener);
    return { server, close: () => listener.close(server) };
  },
  express(protocol, route) {
    const requests = forExpress();
    const app = express().use(requests, (_request, response) => void response.send(route()));
    const server = listen(protocol, app);
    return { server, close: () => requests.close(server) };
  },
  koa(protocol, route) {
    const requests = forKoa();
    const app = new Koa().use(requests).use((ctx) => {
      ctx.body = route();
    });
    const server = listen(protocol, app.callback());
    return { server, close: () => requests.close(server) };
  },
  hono(protocol, route) {
    const requests = forHono();
    const { fetch } = new Hono().use(requests).get('/', (c) => c.text(route()));
    const own =
      protocol === 'https'
        ? { createServer, serverOptions: tls }
        : { createServer: createSecureServer, serverOptions: { ...tls, allowHTTP1: true } };
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1', ...own }) as Server; // as above
    return { server, close: () => requests.close(server) };
  },
  async fastify(protocol, route) {
    const app =
      protocol === 'https'
        ? fastify({ https: tls })
        : (fastify({ http2: true, https: { ...tls, allowHTTP1: true } }) as object as ReturnType<
            typeof fastify
          >);
    await app.register(forFastify);
    app.get('/', async () => route());
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { server: app.server, close: () => app.close() };
  },
};

describe.each([
  ['https', http1Client],
  ['http2', http2Client],
  ['http2 for a client of HTTP/1.1', http1Client],
] as const)('on a server of %s', (what, ask) => {
  const protocol = what === 'https' ? 'https' : 'http2';
  const able = Object.entries(starts).filter(([name]) => name !== 'express' || ask === http1Client);

  test.each(able)('closing waits for tasks, not for a client that stays connected: %s', async (_, start) => {
    const log: string[] = [];
    const { passed, open } = gate();
    const { server, close } = await start(protocol, () => {
      afterResponse(async () => {
        await passed;
        log.push('task');
      });
      return 'answer';
    });
    const { response, end } = ask(await portOf(server));
    expect(await text(await response)).toBe('answer');
    const closing = close().then(() => log.push('closed'));
    await settled();
    log.push('task may end');
    open();
    await closing;
    expect(log).toEqual(['task may end', 'task', 'closed']);
    end();
  });

  test.each(able)('and cuts no response that a slow client is still reading: %s', async (_, start) => {
    const length = 32_000_000; // more than the buffers of two sockets hold
    const log: string[] = [];
    const { server, close } = await start(protocol, () => {
      afterResponse(async () => void log.push('task'));
      return 'x'.repeat(length);
    });
    const { response, end } = ask(await portOf(server));
    const body = await response;
    const closing = close();
    await settled();
    expect(log).toEqual([]);
    expect(await text(body)).toHaveLength(length);
    await closing;
    expect(log).toEqual(['task']);
    end();
  });
});
