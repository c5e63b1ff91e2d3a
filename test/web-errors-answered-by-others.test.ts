import type { Server } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { type Context, Hono, type Next } from 'hono';
import { some } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import Koa from 'koa';
import { after as afterResponse, Container, inject, Resource } from 'offstage';
import { handler as forExpress, noteErrors, offstage as offstageOfExpress } from 'offstage/express';
import { handler as forHono, offstage as offstageOfHono } from 'offstage/hono';
import { handler as forKoa, offstage as offstageOfKoa } from 'offstage/koa';
import type { WebOptions } from 'offstage/node';
import { beforeEach, expect, test } from 'vitest';
import { ask } from './fixtures/web/client.js';
import { portOf } from './fixtures/web/listen.js';

const log: string[] = [];
beforeEach(() => {
  log.length = 0;
});

class Session {
  [Resource.exit](error?: unknown) {
    log.push(error ? 'rolled back' : 'closed');
  }
}

const note = async (text: string) => void log.push(text);

function addTasks(): void {
  afterResponse(note, 'own');
  afterResponse.always(note, 'always');
}

const throwAtOnce = inject([Session], () => {
  addTasks();
  throw new Error('as asked');
});
const throwLater = inject([Session], async () => {
  addTasks();
  throw new Error('as asked');
});

const answer: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(404).send(error.message);
};

interface Started {
  readonly server: Server;
  close(): Promise<void>;
}

function startExpress(route: express.RequestHandler, options: WebOptions, ...answers: ErrorRequestHandler[]) {
  const requests = offstageOfExpress(options);
  const app = express().set('env', 'test').use(requests).use(route).use(answers);
  const server = app.listen(0, '127.0.0.1');
  return { server, close: () => requests.close(server) };
}

function startKoa(route: Koa.Middleware, options: WebOptions): Started {
  const requests = offstageOfKoa(options);
  const app = new Koa().use(requests).use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      ctx.status = 404;
      ctx.body = (error as Error).message; // that of the route
    }
  });
  const server = app.use(route).listen(0, '127.0.0.1');
  return { server, close: () => requests.close(server) };
}

test.each<[string, (options: WebOptions) => Started]>([
  ['Koa', (options) => startKoa(forKoa(throwLater), options)],
  ['Koa, at once', (options) => startKoa(forKoa(throwAtOnce), options)],
  ['Express', (options) => startExpress(forExpress(throwLater), options, answer)],
  ['Express, at once', (options) => startExpress(forExpress(throwAtOnce), options, answer)],
  [
    'Express, which is told by noteErrors of what is no handler of ours',
    (options) => startExpress((request) => throwLater(request), options, noteErrors, answer),
  ],
])('the error of a handler is known, although another middleware answers it: %s', async (_, start) => {
  await using container = Container.create();
  container.registerProvider(Session, 'resource');
  const { server, close } = start({ container });
  expect(await ask(await portOf(server), '/')).toEqual({ status: 404, text: 'as asked' });
  await close();
  expect(log).toEqual(['always', 'rolled back']);
});

const replaceLocals: express.RequestHandler = (_request, response, next) => {
  response.locals = { user: 'ada' };
  next();
};

const answerWithOtherLocals = inject(
  [Session],
  (_session, _request: express.Request, response: express.Response) => {
    response.locals = {};
    addTasks();
    response.status(503).end();
  },
);

test.each<[string, string[], express.RequestHandler[]]>([
  ['before what handler has made', ['always', 'rolled back'], [replaceLocals, forExpress(throwLater)]],
  ['in front of noteErrors', ['always', 'rolled back'], [replaceLocals, (request) => throwLater(request)]],
  [
    'by what handler has made, which answers with 503',
    ['own', 'always', 'closed'],
    [forExpress(answerWithOtherLocals)],
  ],
])('in Express, the request is found although locals are replaced: %s', async (_, expected, routes) => {
  await using container = Container.create();
  container.registerProvider(Session, 'resource');
  const requests = offstageOfExpress({ container });
  const app = express()
    .set('env', 'test')
    .use(requests, ...routes, noteErrors, answer);
  const server = app.listen(0, '127.0.0.1');
  await ask(await portOf(server), '/');
  await requests.close(server);
  expect(log).toEqual(expected);
});

const renderBroken = inject([], (_request: express.Request, response: express.Response) => {
  addTasks();
  response.render('broken');
});
const passOnFirst = inject(
  [],
  (_request: express.Request, _response: express.Response, next: express.NextFunction) => next(),
);

test.each<[string, express.RequestHandler[]]>([
  ['it has no other before it', [forExpress(renderBroken)]],
  ['another has passed the request on', [forExpress(passOnFirst), forExpress(renderBroken)]],
  ['it is in a router', [express.Router().use(forExpress(passOnFirst), forExpress(renderBroken))]],
])('in Express, a handler whose template is broken has failed: %s', async (_, routes) => {
  const requests = offstageOfExpress();
  const app = express()
    .set('env', 'test')
    .use(requests, ...routes);
  app.set('view', BrokenView);
  const server = app.listen(0, '127.0.0.1');
  expect((await ask(await portOf(server), '/')).status).toBe(500);
  await requests.close(server);
  expect(log).toEqual(['always']);
});

/** As Express wants it, without a file. */
class BrokenView {
  readonly path = 'broken';
  render(_options: object, done: (error: Error) => void): void {
    done(new Error('as asked'));
  }
}

const answerBusy: express.RequestHandler = (_request, response) => {
  addTasks();
  response.status(503).end();
};
const throwBusy: express.RequestHandler = () => {
  addTasks();
  throw Object.assign(new Error('as asked'), { status: 503 });
};
const passOn = inject(
  [Session],
  (_session, _request: express.Request, _response: express.Response, next: express.NextFunction) => next(),
);
const answerHere = inject([Session], (_session, _request: express.Request, response: express.Response) => {
  addTasks();
  response.status(503).end();
});

test.each<[string, string[], express.RequestHandler[]]>([
  ['what handler has made answers', ['own', 'always', 'closed'], [forExpress(answerHere)]],
  ['another function answers', ['always', 'rolled back'], [forExpress(passOn), answerBusy]],
  ['another function throws', ['always', 'rolled back'], [forExpress(passOn), throwBusy]],
])('a status of 503 in Express, where %s', async (_, expected, routes) => {
  await using container = Container.create();
  container.registerProvider(Session, 'resource');
  const requests = offstageOfExpress({ container });
  const app = express().set('env', 'test').use(requests);
  for (const route of routes) app.use(route);
  const server = app.listen(0, '127.0.0.1');
  expect((await ask(await portOf(server), '/')).status).toBe(503);
  await requests.close(server);
  expect(log).toEqual(expected);
});

test('in Express, a handler for which another container resolves, and that throws, has failed', async () => {
  const other = Container.create();
  const throwing = forExpress(inject([], throwsAtOnce));
  const { server, close } = startExpress((...args) => other.run(() => throwing(...args)), {}, passErrorOn);
  expect((await ask(await portOf(server), '/')).status).toBe(500);
  await close();
  expect(log).toEqual(['always']);
});

function throwsAtOnce(): void {
  addTasks();
  throw new Error('as asked');
}

const passErrorOn: ErrorRequestHandler = (error, _request, _response, next) => next(error);

const needing = (header: string) =>
  forHono(
    inject([], async (c: Context, next: Next) => {
      if (!c.req.header(header)) throw new HTTPException(401);
      await next();
    }),
  );
const answerHono = inject([Session], (_session, c: Context) => {
  addTasks();
  return c.text('answer', c.req.query('status') === '503' ? 503 : 200);
});

test.each<[string, number, string[], Record<string, string>, string, () => unknown]>([
  ['the second one lets pass', 200, ['own', 'always', 'closed'], { 'x-key': 'k' }, '/', answerHono],
  [
    'the handler answers with 503',
    503,
    ['own', 'always', 'closed'],
    { 'x-key': 'k' },
    '/?status=503',
    answerHono,
  ],
  ['the handler throws', 404, ['always', 'rolled back'], { 'x-key': 'k' }, '/', throwLater],
  ['none of them lets pass', 404, [], {}, '/', answerHono],
])(
  'in Hono, of two middlewares of which the first has thrown, %s',
  async (_, status, expected, headers, path, fn) => {
    await using container = Container.create();
    container.registerProvider(Session, 'resource');
    const app = new Hono().use(
      offstageOfHono({ container }),
      some(needing('authorization'), needing('x-key')),
    );
    app.get('/', forHono(fn) as () => Response).onError(({ message }, c) => c.text(message, 404));
    const response = await app.request(path, { headers });
    await response.text();
    await container.dispose();
    expect({ status: response.status, log }).toEqual({ status, log: expected });
  },
);
