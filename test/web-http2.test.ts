import type { Server } from 'node:http';
import { type ClientHttp2Stream, connect, constants, createServer } from 'node:http2';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import Koa, { type Context as KoaContext } from 'koa';
import { after, Container, inject, Resource, Scope } from 'offstage';
import * as forFastify from 'offstage/fastify';
import * as forHono from 'offstage/hono';
import * as forKoa from 'offstage/koa';
import * as forNode from 'offstage/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { portOf } from './fixtures/web/listen.js';
import type { Served } from './fixtures/web/serving.js';

quietLog();

const log: string[] = [];

class Transaction {
  [Resource.exit](error?: Error) {
    log.push(error ? 'roll back' : 'commit');
  }
}
beforeAll(() => Container.registerProvider(Transaction, Scope.Resource));
afterAll(() => Container.reset());

const pieces = async function* () {
  for (let i = 0; i < 5; i++) {
    await new Promise(setImmediate);
    yield 'x'.repeat(1_000);
  }
};

/** What a handler does, and what it answers. */
interface Handling {
  readonly how: 'stream' | 'large' | 'small' | 'throw';
  readonly begun: ReturnType<typeof gate<void>>;
  readonly mayEnd: ReturnType<typeof gate<void>>;
}

async function handle({ how, begun, mayEnd }: Handling): Promise<string | Readable> {
  after(async () => void log.push('task'));
  after.always(async () => void log.push('always'));
  begun.open();
  await mayEnd.passed;
  if (how === 'throw') throw new Error('refused');
  return how === 'stream' ? Readable.from(pieces()) : 'x'.repeat(how === 'large' ? 1e6 : 1);
}

const starts: Record<string, (handling: Handling) => Served | Promise<Served>> = {
  node(handling) {
    const listener = forNode.offstage(
      forNode.handler(
        inject([Transaction], async (_tx, _request: object, response: NodeJS.WritableStream) => {
          const body = await handle(handling);
          if (typeof body === 'string') response.end(body);
          else body.pipe(response);
        }),
      ),
    );
    const server = createServer(listener).listen(0, '127.0.0.1') as object as Server;
    return { server, close: () => listener.close(server) };
  },
  async fastify(handling) {
    const app = fastify({ http2: true });
    await app.register(forFastify.offstage);
    const answer = async (_tx: Transaction, _request: FastifyRequest, reply: FastifyReply) =>
      reply.send(await handle(handling));
    app.all('/', forFastify.handler(inject([Transaction], answer)) as () => unknown);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { server: app.server as object as Server, close: () => app.close() };
  },
  koa(handling) {
    const requests = forKoa.offstage();
    const app = new Koa().use(requests);
    app.silent = true;
    app.use(
      forKoa.handler(
        inject([Transaction], async (_tx, ctx: KoaContext) => {
          ctx.body = await handle(handling);
        }),
      ),
    );
    const server = createServer(app.callback() as object as () => void).listen(
      0,
      '127.0.0.1',
    ) as object as Server;
    return { server, close: () => requests.close(server) };
  },
  hono(handling) {
    const requests = forHono.offstage();
    const app = new Hono().use(requests);
    app.onError((_, c) => c.text('', 500));
    app.all(
      '/',
      forHono.handler(
        inject([Transaction], async (_tx, c: Context) => {
          const body = await handle(handling);
          return typeof body === 'string' ? c.text(body) : c.body(Readable.toWeb(body) as ReadableStream);
        }),
      ),
    );
    const options = { fetch: app.fetch, createServer: createServer as never };
    const server = createAdaptorServer(options).listen(0, '127.0.0.1') as Server;
    return { server, close: () => requests.close(server) };
  },
};

/** What a client does with its stream when the handler has begun, and whether the handler ends before that. */
const clients: Record<string, readonly ['before' | 'after', (stream: ClientHttp2Stream) => unknown]> = {
  'that reads all': ['before', (stream) => stream.resume()],
  'that cancels while the handler runs': ['after', (stream) => stream.close(constants.NGHTTP2_CANCEL)],
  'that resets while it is answered': ['before', (stream) => stream.close(constants.NGHTTP2_NO_ERROR)],
};

describe.each(Object.entries(starts))('%s', (_, start) => {
  const cases = (['HEAD', 'GET'] as const).flatMap((method) =>
    (['stream', 'large', 'small', 'throw'] as const).flatMap((how) =>
      Object.entries(clients).map(([client, [end, act]]) => ({ method, how, client, end, act })),
    ),
  );

  test.each(cases)('$method of a $how answer, by a client $client, ends', async (asked) => {
    const { method, how, end, act } = asked;
    log.length = 0;
    const [begun, mayEnd] = [gate(), gate()];
    const { server, close } = await start({ how, begun, mayEnd });
    const session = connect(`http://127.0.0.1:${await portOf(server)}`).on('error', () => {});
    const stream = session.request({ ':path': '/', ':method': method }).on('error', () => {});
    await begun.passed;
    if (end === 'before') {
      const answered = new Promise((resolve) => stream.once('response', resolve).once('close', resolve));
      mayEnd.open();
      // Koa alone answers no HEAD whose handler has thrown.
      if (how !== 'throw') await answered;
    }
    act(stream);
    const round = new Promise((resolve) => session.ping(resolve)); // the server has heard of it
    await round;
    mayEnd.open();
    if (how === 'throw') session.destroy();
    await close();
    session.destroy();
    expect(log.filter((line) => line !== 'always')).toEqual(
      how === 'throw' ? ['roll back'] : ['task', 'commit'],
    );
    expect(log).toContain('always');
  });
});
