import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, Container, inject, Resource } from 'offstage';
import { handler, offstage } from 'offstage/node';
import { fakeClock } from 'offstage/testing';
import { describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { ask } from './fixtures/web/client.js';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { portOf } from './fixtures/web/listen.js';
import { load } from './fixtures/web/starts/node.js';

obeysTheLaws(await load());

describe('a listener that throws is logged, and the client has an answer', () => {
  const { lines } = quietLog();

  async function answerOf(listener: Parameters<typeof offstage>[0]) {
    const handle = offstage(listener);
    const server = createServer(handle).listen(0, '127.0.0.1');
    const reply = await ask(await portOf(server), '/');
    await handle.close(server);
    expect(lines).toHaveLength(1);
    return reply;
  }

  test.each<[string, Parameters<typeof offstage>[0]]>([
    [
      'although headers were for another body',
      (_request, response) => {
        response.setHeader('content-length', 50);
        throw new Error('as asked');
      },
    ],
    [
      'although it has a status message that cannot be sent',
      (_request, response) => response.writeHead(302, '\n'),
    ],
    ['later', async (_request, response) => response.writeHead(302, '\n')],
  ])('%s', async (_, listener) => {
    expect(await answerOf(listener)).toEqual({ status: 500, text: '' });
  });

  test('and its resources roll back, if it throws undefined', async () => {
    class Session {
      [Resource.exit](error?: unknown) {
        seen.push(error);
      }
    }
    const seen: unknown[] = [];
    Container.registerProvider(Session, 'resource');
    const listener = handler(inject([Session], () => Promise.reject()));
    expect(await answerOf(listener)).toEqual({ status: 500, text: '' });
    expect(seen).toEqual([new Error('undefined was thrown, which is no error')]);
  });

  test('its own, if it has answered before', async () => {
    const text = 'x'.repeat(20_000_000); // more than the buffers of two sockets hold
    const reply = await answerOf((_request, response) => {
      response.end(text);
      throw new Error('as asked');
    });
    expect(reply.text).toHaveLength(text.length);
  });
});

test.each([
  ['http', () => createServer()],
  ['http with WebSockets', () => createServer().on('upgrade', () => {})],
  ['HTTP/2', () => createHttp2Server()],
])('closing a server of %s that does not run is refused', async (_, make) => {
  const listener = offstage(() => {});
  await expect(listener.close(make())).rejects.toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' });
});

describe('closing a server that waits long', () => {
  const { lines } = quietLog();

  test('names the requests that it waits for, again and again', async () => {
    const came = gate();
    const answer = gate();
    const listener = offstage(async (_request, response) => {
      came.open();
      await answer.passed;
      response.end('answer');
    });
    const server = createServer(listener).listen(0, '127.0.0.1');
    const asking = ask(await portOf(server), '/slow');
    await came.passed;
    using clock = fakeClock();
    const closing = listener.close(server);
    await clock.advance(61_000);
    expect(lines).toEqual([
      'warn: Closing the server has waited 30.0 s for its requests. In flight:\n  GET /slow',
      'warn: Closing the server has waited 60.0 s for its requests. In flight:\n  GET /slow',
    ]);
    answer.open();
    await closing;
    expect((await asking).text).toBe('answer');
  });
});

test('a server of HTTP/2 closes, although a client keeps its session', async () => {
  const log: string[] = [];
  const listener = offstage((_request, response) => {
    after(async () => void log.push('task'));
    response.end('answer');
  });
  const server = createHttp2Server(listener).listen(0, '127.0.0.1');
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number }; // it listens on a port
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/' }).resume();
  await new Promise((resolve) => stream.once('end', resolve));
  await listener.close(server);
  expect(log).toEqual(['task']);
  session.destroy();
});

test('closing a server of HTTP/2 ends its sessions: idle ones, and others behind the response under way', async () => {
  const { passed, open } = gate();
  const listener = offstage(async ({ url }, response) => {
    response.write('ans');
    if (url === '/slow') await passed;
    response.end('wer');
  });
  const server = createHttp2Server(listener).listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sessions = ['/', '/slow', '/slow'].map((path) => {
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':path': path });
    // Read from the start: Node discards what has arrived on a stream that closes before anyone reads it.
    return { ended: once(session, 'close'), answering: once(stream, 'response'), body: text(stream) };
  });
  await Promise.all(sessions.map(({ answering }) => answering));
  const [idle, ...slow] = sessions.map(({ body }) => body);
  expect(await idle).toBe('answer');
  const closing = listener.close(server);
  await sessions[0]?.ended;
  open();
  expect(await Promise.all(slow)).toEqual(['answer', 'answer']);
  await closing;
  await Promise.all(sessions.map(({ ended }) => ended));
});

test('connections are kept alive by a server that has not been closed after all, or that listens again', async () => {
  const listener = offstage((_request, response) => response.end('answer'));
  const server = createServer(listener);
  await expect(listener.close(server)).rejects.toThrow();
  for (let times = 0; times < 2; times++) {
    server.listen(0, '127.0.0.1');
    const response = await fetch(`http://127.0.0.1:${await portOf(server)}/`);
    expect([await response.text(), response.headers.get('connection')]).toEqual(['answer', 'keep-alive']);
    await listener.close(server);
  }
});

test('who closes a server while it is being closed waits for the same, and it can listen again', async () => {
  const log: string[] = [];
  const { passed, open } = gate();
  const listener = offstage((_request, response) => {
    after(async () => {
      await passed;
      log.push('task');
    });
    response.end('answer');
  });
  const server = createServer(listener).listen(0, '127.0.0.1');
  await ask(await portOf(server), '/');
  const { closeIdleConnections } = server;
  const closings = [1, 2].map((number) => listener.close(server).then(() => log.push(`closed ${number}`)));
  await settled();
  log.push('task may end');
  open();
  await Promise.all(closings);
  expect(log).toEqual(['task may end', 'task', 'closed 1', 'closed 2']);
  expect(server.closeIdleConnections).toBe(closeIdleConnections);

  server.listen(0, '127.0.0.1');
  expect((await ask(await portOf(server), '/')).text).toBe('answer');
  await listener.close(server);
});
