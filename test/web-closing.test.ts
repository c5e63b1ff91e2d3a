import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { after } from 'offstage';
import { offstage } from 'offstage/express';
import { offstage as plugin } from 'offstage/fastify';
import { beforeEach, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';

const log: string[] = [];
beforeEach(() => {
  log.length = 0;
});

async function note(what: string): Promise<void> {
  log.push(what);
}

/** Asks, and closes the server when the request has come to where it waits. */
async function closedMeanwhile(
  server: Server,
  came: Promise<void>,
  close: () => Promise<unknown>,
  go: () => void,
): Promise<string> {
  if (!server.listening) await once(server, 'listening');
  const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).then(
    async (response) => `${response.status} ${await response.text()}`,
    String,
  );
  await came;
  const closing = close();
  await settled();
  go();
  await closing;
  log.push('closed');
  return answer;
}

test('closing waits for a request that is still in a middleware in front, and for its tasks', async () => {
  const { passed: came, open: come } = gate();
  const { passed, open } = gate();
  const requests = offstage();
  const app = express()
    .use(async (_request, _response, next) => {
      come();
      await passed;
      next();
    })
    .use(requests)
    .get('/', (_request, response) => {
      after(note, 'task');
      response.send('answer');
    });
  const server = app.listen(0, '127.0.0.1');
  expect(await closedMeanwhile(server, came, () => requests.close(server), open)).toBe('200 answer');
  expect(log).toEqual(['task', 'closed']);
});

test('and for one of a route that the middleware does not see', async () => {
  const { passed: came, open: come } = gate();
  const { passed, open } = gate();
  const requests = offstage();
  const app = express()
    .use('/elsewhere', requests)
    .get('/', async (_request, response) => {
      come();
      response.write('ans');
      await passed;
      response.end('wer');
    });
  const server = app.listen(0, '127.0.0.1');
  expect(await closedMeanwhile(server, came, () => requests.close(server), open)).toBe('200 answer');
});

test('app.close() of Fastify waits for a request that is still in a hook in front', async () => {
  const { passed: came, open: come } = gate();
  const { passed, open } = gate();
  const app = fastify();
  app.addHook('onRequest', async () => {
    come();
    await passed;
  });
  await app.register(plugin);
  app.get('/', async () => {
    after(note, 'task');
    return 'answer';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  expect(await closedMeanwhile(app.server, came, () => app.close(), open)).toBe('200 answer');
  expect(log).toEqual(['task', 'closed']);
});

test('a server that has been closed is closed: a late second signal finds nothing to do', async () => {
  const requests = offstage();
  const server = express().use(requests).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await requests.close(server);
  await requests.close(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await requests.close(server);
  expect(server.listening).toBe(false);
});

test('one that has never listened is refused by Node', async () => {
  const requests = offstage();
  const server = createServer(express().use(requests));
  await expect(requests.close(server)).rejects.toThrow('not running');
});
