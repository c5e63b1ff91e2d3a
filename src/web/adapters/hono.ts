import type { ServerResponse } from 'node:http';
import type { Context, HonoRequest, MiddlewareHandler, Next } from 'hono';
import { addBuiltIn } from '../../container/registry/registry.js';
import { typeToken } from '../../container/tokens/type-token.js';
import { setTimeout } from '../../timers.js';
import { attach } from '../attach.js';
import type { BackgroundTask, BackgroundTasks } from '../background-tasks.js';
import { type Injected, injected } from '../injected-handler.js';
import { keepRequest, requestOf } from '../kept-request.js';
import { RequestObject } from '../request-object.js';
import { type ClosableServer, type Draining, Requests, type WebOptions } from '../requests.js';
import type { Framework, WebRequest } from '../web-request.js';
import { followResponse } from './node-response.js';
import { followBody } from './response-body.js';

export type { ClosableServer, Draining, WebOptions };

const FirstRequest = Request;
let KnownRequest = FirstRequest;

/** `serve()` of Hono on Node replaces the global class: types that are read from then on are the new one. */
function knowRequest(): void {
  KnownRequest = Request;
  if (Request !== FirstRequest) addBuiltIn({ kind: 'alias', token: Request, target: FirstRequest });
}

const framework: Framework<Context> = {
  objects: [
    new RequestObject(typeToken<Context>('hono', 'Context'), (c: Context) => c),
    new RequestObject(typeToken<HonoRequest>('hono', 'HonoRequest'), (c: Context) => c.req),
    new RequestObject(FirstRequest, (c: Context) => c.req.raw),
  ],
  others(c) {
    const { incoming, outgoing } = nodeObjects(c);
    return [incoming, outgoing];
  },
  nameOf: ({ req: { method, path } }) => `${method} ${path}`,
  keep: keepRequest,
};

// What it passes behind them: a parameter of this type takes nothing else.
typeToken<Next>('hono', 'Next');

/**
 * The middleware for Hono: each request has an injection scope, and tasks that run once its response has been sent. A
 * platform that has `waitUntil` (Cloudflare, Vercel) is given the tasks.
 *
 * @example
 * ```ts
 * import { serve } from '@hono/node-server';
 * import { type Context, Hono } from 'hono';
 * import { after, singleton } from 'offstage';
 * import { handler, offstage } from 'offstage/hono';
 *
 * @singleton
 * class Greeter { greet(path: string) { return `hello from ${path}`; } }
 * async function log(path: string) { console.log(`answered ${path}`); }
 *
 * const requests = offstage();
 * const app = new Hono().use(requests);
 * app.get('/', handler((c: Context, greeter: Greeter) => {
 *   after(log, c.req.path);
 *   return c.text(greeter.greet(c.req.path));
 * }));
 * const server = serve({ fetch: app.fetch, port: 0 });
 * await requests.close(server);
 * ```
 */
export function offstage(options?: WebOptions): MiddlewareHandler & Draining {
  const requests = new Requests(framework, options);
  const middleware: MiddlewareHandler = (c, next) => {
    if (Request !== KnownRequest) knowRequest();
    const { outgoing } = nodeObjects(c);
    const request = requests.begin(c, outgoing ? undefined : waitingContext(c));
    if (outgoing) followResponse(outgoing, request);
    request.enter();
    return request.run(next).then(
      () => {
        if (c.error)
          request.fail(c.error); // Hono has answered it, and throws it no further
        else if (c.finalized) request.answered(() => c.res.status); // by an application that is mounted, maybe
        request.leave();
        if (outgoing) return;
        const responded = () => whenSent(c, () => request.responded());
        // The head alone is sent, or an error of Hono where a handler has returned no response.
        if (c.req.method === 'HEAD' || !c.finalized || isHandshake(c)) setTimeout(responded);
        else followIn(c, request, responded);
      },
      (error: unknown) => {
        request.fail(error);
        request.leave();
        if (!outgoing) request.responded(); // who has called it answers
        throw error;
      },
    );
  };
  return Object.assign(middleware, { close: (server: ClosableServer) => requests.close(server) });
}

/** Hono copies what it is given, which fails for a body that somebody has read before. */
function followIn(c: Context, request: WebRequest, responded: () => void): void {
  const followed = followBody(c.res, request, responded);
  if (followed !== c.res) c.res = followed;
}

interface NodeObjects {
  readonly incoming?: unknown;
  readonly outgoing?: ServerResponse;
}

/** Node's own request and response, where `@hono/node-server` serves. */
function nodeObjects({ env }: Context): NodeObjects {
  return (env as NodeObjects | undefined) ?? {}; // what the platform puts there
}

/** That of a WebSocket, by a server of Node: however it is answered, nobody reads the body. */
function isHandshake(c: Context): boolean {
  const { incoming, outgoing } = nodeObjects(c);
  return incoming !== undefined && outgoing === undefined;
}

/** Bun reads the end of a body before all of it is sent. Until then its server knows where the request is from. */
function whenSent({ env, req }: Context, sent: () => void): void {
  const server = env as { requestIP?(request: Request): unknown } | undefined; // what the platform puts there
  const look = () => {
    if (server?.requestIP?.(req.raw)) setTimeout(look, 5);
    else sent();
  };
  look();
}

function waitingContext(c: Context): Pick<Context['executionCtx'], 'waitUntil'> | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined; // it throws where the platform has none
  }
}

/**
 * A handler or middleware whose parameters are injected: the `Context`, `next`, and whatever has a provider, in
 * any order. What it opens belongs to the request.
 *
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 */
export function handler<P extends unknown[], R>(
  fn: ((...args: P) => R) & Injected<P>,
): (context: Context, next?: Next) => R {
  // Hono tells what has failed: of some(first, second), the first may throw.
  return injected(fn, requestOf, undefined, false);
}

/**
 * A middleware that attaches tasks to a route.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono';
 * import { BackgroundTask } from 'offstage';
 * import { background, offstage } from 'offstage/hono';
 *
 * async function logRequest(path: string) { console.log(`request to ${path}`); }
 *
 * const app = new Hono().use(offstage());
 * app.post('/users', background(new BackgroundTask(logRequest, '/users')), (c) => c.text('created'));
 * const response = await app.request('/users', { method: 'POST' });
 * console.log(await response.text()); // created, request to /users
 * ```
 */
export function background(tasks: BackgroundTask | BackgroundTasks): MiddlewareHandler {
  return (c, next) => {
    attach(tasks, requestOf(c));
    return next();
  };
}
