import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { waitUntil } from '@vercel/functions';
import { Hono } from 'hono';
import { after as afterResponse, inject, Resource, resource } from 'offstage';
import { offstage } from 'offstage/hono';
import type { WebOptions } from 'offstage/node';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { ask, request } from './fixtures/web/client.js';
import { log, note, type Start, servingBy } from './fixtures/web/serving.js';
import * as express from './fixtures/web/starts/express.js';
import * as fastify from './fixtures/web/starts/fastify.js';
import * as hono from './fixtures/web/starts/hono.js';
import * as koa from './fixtures/web/starts/koa.js';
import * as node from './fixtures/web/starts/node.js';
import { type Invocation, install, launched, uninstall } from './fixtures/web/vercel.js';

const { lines } = quietLog();
const invocations: Invocation[] = [];
beforeEach(() => {
  install();
  invocations.length = 0;
  log.length = 0;
});
afterAll(uninstall);

type Route = Parameters<ReturnType<typeof servingBy>>[0][string];
const starts: [string, Start][] = [
  ['Hono', await hono.load('hono', '../vercel.js')],
  ['Hono on @hono/node-server', await hono.load('hono')],
  ['Fastify', await fastify.load('fastify')],
  ['Express', await express.load('express')],
  ['Koa', await koa.load('koa')],
  ['node:http', await node.load()],
];

/** Takes longer than what ends a request. */
async function task() {
  for (let turn = 0; turn < 10; turn++) await settled();
  log.push('task');
}

@resource
class SlowSession {
  async [Resource.exit]() {
    for (let turn = 0; turn < 10; turn++) await settled();
    log.push('closed');
  }
}

/** The call of the function that a request has made. */
function invocationOf(url: string): Invocation {
  const invocation = invocations.find((each) => each.url === url);
  if (!invocation) throw new Error(`nobody has asked for ${url}`);
  return invocation;
}

/** Asks for a head alone. */
function askHead(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close' };
    const asking = httpRequest({ host: '127.0.0.1', port, path: '/', method: 'HEAD', agent: false, headers });
    asking.on('response', (response) => response.resume().on('end', resolve)).on('error', reject);
    asking.end();
  });
}

/** Asks, and goes away with the first piece of the answer. */
function leave(port: number): Promise<void> {
  return new Promise((resolve) => {
    const asking = request(port, '/', (response) => {
      response.on('error', () => {});
      response.once('data', () => asking.destroy());
    });
    asking.on('error', () => {}).on('close', resolve);
  });
}

async function* endless() {
  for (;;) {
    yield 'x';
    await new Promise(setImmediate);
  }
}

describe.each(starts)('on %s', (_, start) => {
  const serving = servingBy(launched(start, invocations));

  test('Vercel waits for the tasks of each request, and for those of no other', async () => {
    const { passed, open } = gate();
    const began = gate();
    const own = Promise.resolve();
    const routes = {
      '/tasks': () => {
        waitUntil(own); // the handler's, by Vercel's own package
        afterResponse(async () => {
          began.open();
          await passed;
          log.push('task');
        });
        afterResponse(note, 'next task');
        return 'answer';
      },
      '/none': () => 'nothing to do',
    };
    await serving(routes, async ({ port }) => {
      expect((await ask(port, '/tasks')).text).toBe('answer');
      const { waitsFor, over } = invocationOf('/tasks');
      const frozen = over.then(() => void log.push('frozen'));
      await began.passed;
      await ask(port, '/none');
      await invocationOf('/none').over;
      for (let turn = 0; turn < 10; turn++) await settled();
      open();
      await frozen;
      expect(waitsFor).toEqual([expect.any(Promise), own]);
      expect(invocationOf('/none').waitsFor).toHaveLength(1);
    });
    expect(log).toEqual(['task', 'next task', 'frozen']);
  });

  const answers = () => {
    afterResponse(task);
    return 'answer';
  };
  const withSession = inject([SlowSession], (_session: SlowSession, _own: object) => answers());
  const fails = () => {
    afterResponse(note, 'dropped');
    afterResponse.always(task);
    throw new Error('as asked');
  };
  const streams = () => {
    afterResponse(task);
    return endless();
  };
  const asks = (port: number) => ask(port, '/');

  test.each<[string, Route, (port: number) => Promise<unknown>, string[], WebOptions?]>([
    ['no task at all', () => 'answer', asks, []],
    ['a handler that throws', fails, asks, ['task']],
    ['a request for the head alone', answers, askHead, ['task']],
    ['a client that goes away in the middle of a stream', streams, leave, ['task']],
    ['resources that tasks may be given', withSession, asks, ['task', 'closed']],
    [
      'resources that are closed before the tasks',
      withSession,
      asks,
      ['closed', 'task'],
      { resources: 'response' },
    ],
  ])('what it waits for has an end with %s', async (_case, route, client, expected, options) => {
    await serving(
      { '/': route },
      async ({ port }) => {
        await client(port);
        const { waitsFor, over } = invocationOf('/');
        await over;
        expect(log).toEqual(expected);
        expect(waitsFor).toHaveLength(1);
      },
      options,
    );
    expect(log).toEqual(expected);
  });

  test('it waits for a task, too, that is added when the client has gone', async () => {
    const came = gate();
    const gone = gate();
    const began = gate();
    const route = async () => {
      came.open();
      await gone.passed;
      for (let turn = 0; turn < 10; turn++) await settled();
      afterResponse(async () => {
        began.open();
        await task();
      });
      return 'nobody listens';
    };
    await serving({ '/': route }, async ({ port, server }) => {
      server.once('connection', (socket: Socket) => socket.once('close', () => gone.open()));
      const asking = request(port, '/');
      asking.on('error', () => {});
      await came.passed;
      asking.destroy();
      await began.passed;
      await Promise.all(invocationOf('/').waitsFor);
      expect(log).toEqual(['task']);
    });
  });
});

const failing = (message: string) => () => {
  throw new Error(message);
};

test.each<[string, Parameters<typeof install>[0], string[]]>([
  ['gives nothing', {}, []],
  ['knows nothing of the request', { get: () => undefined }, []],
  ['cannot wait', { get: () => ({}) }, []],
  ['fails to tell of the request', { get: failing('no request') }, ['error: Error: no request']],
  ['refuses to wait', { get: () => ({ waitUntil: failing('too late') }) }, ['error: Error: too late']],
])('where the platform %s, tasks run as elsewhere', async (_, reader, logged) => {
  install(reader);
  const routes = {
    '/': () => {
      afterResponse(note, 'task');
      return 'answer';
    },
  };
  await servingBy(await node.load())(routes, async ({ port }) => {
    expect(await ask(port, '/')).toEqual({ status: 200, text: 'answer' });
  });
  expect({ log, lines }).toEqual({ log: ['task'], lines: logged });
});

test('an application of Hono that is given a context of its own tells no other', async () => {
  const own: Promise<unknown>[] = [];
  const vercels: Promise<unknown>[] = [];
  install({ get: () => ({ waitUntil: (promise) => void vercels.push(promise) }) });
  const app = new Hono().use(offstage()).get('/', (c) => c.text('answer'));
  const context = {
    waitUntil: (promise: Promise<unknown>) => void own.push(promise),
    passThroughOnException: () => {},
    props: {},
  };
  await (await app.fetch(new Request('http://localhost/'), {}, context)).text();
  expect({ own: own.length, vercels: vercels.length }).toEqual({ own: 1, vercels: 0 });
  await own[0];
});
