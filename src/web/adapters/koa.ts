import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Context, Middleware, Next, ParameterizedContext } from 'koa';
import { typeToken } from '../../container/tokens/type-token.js';
import { attach } from '../attach.js';
import type { BackgroundTask, BackgroundTasks } from '../background-tasks.js';
import { handleRequest } from '../handling.js';
import { type Injected, injected } from '../injected-handler.js';
import { keepRequest, requestOf } from '../kept-request.js';
import { RequestObject } from '../request-object.js';
import { type ClosableServer, type Draining, Requests, type WebOptions } from '../requests.js';
import type { Framework } from '../web-request.js';
import { followResponse, requestFollowing } from './node-response.js';

export type { ClosableServer, Draining, WebOptions };

const otherNames = ['ParameterizedContext', 'default.Context', 'default.ParameterizedContext'];
const framework: Framework<ParameterizedContext> = {
  objects: [
    new RequestObject(
      typeToken<Context>('koa', 'Context'),
      (ctx: ParameterizedContext) => ctx,
      otherNames.map((name) => typeToken<Context>('koa', name)),
    ),
  ],
  others: ({ request, response, req, res }) => [request, response, req, res],
  nameOf: ({ method, url }) => `${method} ${url}`,
  keep: keepRequest,
};

// What it passes behind them: a parameter of this type takes nothing else.
for (const name of ['Next', 'default.Next']) typeToken<Next>('koa', name);

/**
 * The middleware for Koa: each request has an injection scope, and tasks that run once its response has been sent.
 *
 * @example
 * ```ts
 * import Koa, { type Context } from 'koa';
 * import { after, singleton } from 'offstage';
 * import { handler, offstage } from 'offstage/koa';
 *
 * @singleton
 * class Greeter { greet(path: string) { return `hello from ${path}`; } }
 * async function log(path: string) { console.log(`answered ${path}`); }
 *
 * const requests = offstage();
 * const app = new Koa().use(requests);
 * app.use(handler((ctx: Context, greeter: Greeter) => {
 *   after(log, ctx.path);
 *   ctx.body = greeter.greet(ctx.path);
 * }));
 * const server = app.listen(0);
 * await requests.close(server);
 * ```
 */
export function offstage(options?: WebOptions): Middleware & Draining {
  const requests = new Requests(framework, options);
  const middleware: Middleware = (ctx, next) => {
    const request = requests.begin(ctx);
    followResponse(ctx.res, request);
    ctx.res.on('pipe', readInFlow);
    return handleRequest(request, next);
  };
  return Object.assign(middleware, { close: (server: ClosableServer) => requests.close(server) });
}

/** Koa reads a body that is a stream when the flow of its request has been left. */
function readInFlow(this: ServerResponse, body: Readable): void {
  const request = requestFollowing(this);
  const { _read: read } = body;
  if (!request || !read) return; // a stream of the oldest kind is not asked
  body._read = (size) => request.resume(() => read.call(body, size));
}

/**
 * A middleware whose parameters are injected: the context, `next`, and whatever has a provider, in any order. What it opens
 * belongs to the request.
 *
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 */
export function handler<P extends unknown[], R>(
  fn: ((...args: P) => R) & Injected<P>,
): (ctx: Context, next: Next) => R {
  return injected(fn, requestOf);
}

/**
 * A middleware that attaches tasks to what follows it.
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { BackgroundTask } from 'offstage';
 * import { background, offstage } from 'offstage/koa';
 *
 * async function logRequest(path: string) { console.log(`request to ${path}`); }
 *
 * const app = new Koa().use(offstage());
 * app.use(background(new BackgroundTask(logRequest, '/users')));
 * app.use((ctx) => { ctx.body = 'created'; });
 * ```
 */
export function background(tasks: BackgroundTask | BackgroundTasks): Middleware {
  return (ctx, next) => {
    attach(tasks, requestOf(ctx));
    return next();
  };
}
