import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';
import type { Token } from '../../container/tokens/token.js';
import { typeToken } from '../../container/tokens/type-token.js';
import { RequestError } from '../../errors.js';
import { attach } from '../attach.js';
import type { BackgroundTask, BackgroundTasks } from '../background-tasks.js';
import { type Injected, injected } from '../injected-handler.js';
import { RequestObject } from '../request-object.js';
import { type ClosableServer, type Draining, Requests, type WebOptions } from '../requests.js';
import { currentRequest, type Framework, type WebRequest } from '../web-request.js';
import { followResponse, requestFollowing } from './node-response.js';

export type { ClosableServer, Draining, WebOptions };

const framework: Framework<Response> = {
  objects: [
    new RequestObject(
      typeToken<Request>('express', 'Request'),
      (response: Response) => response.req,
      otherTokens('Request'),
    ),
    new RequestObject(
      typeToken<Response>('express', 'Response'),
      (response: Response) => response,
      otherTokens('Response'),
    ),
  ],
  nameOf: ({ req: { method, originalUrl } }) => `${method} ${originalUrl}`,
  // Express gives the objects of each request a prototype, and V8 then a shape of their own: to find a request by the
  // listener of its response costs nothing where the flow leads to it, a property a kilobyte.
  keep() {},
};

// What it passes behind them: a parameter of this type takes nothing else.
typeToken<NextFunction>('express', 'NextFunction');
otherTokens('NextFunction');

/** By which other names programs import a type of Express. */
function otherTokens(name: string): Token<object>[] {
  return [typeToken('express', `default.${name}`), typeToken('express-serve-static-core', name)];
}

/**
 * The middleware for Express: each request has an injection scope, and tasks that run once its response has been sent. A
 * response of the status 500 or above is one of a handler that has failed, unless {@link handler} has made it;
 * {@link noteErrors} tells of the others.
 *
 * @example
 * ```ts
 * import express, { type Request, type Response } from 'express';
 * import { after, singleton } from 'offstage';
 * import { handler, offstage } from 'offstage/express';
 *
 * @singleton
 * class Greeter { greet(path: string) { return `hello from ${path}`; } }
 * async function log(path: string) { console.log(`answered ${path}`); }
 *
 * const requests = offstage();
 * const app = express().use(requests);
 * app.get('/', handler((request: Request, response: Response, greeter: Greeter) => {
 *   after(log, request.path);
 *   response.send(greeter.greet(request.path));
 * }));
 * const server = app.listen(0);
 * await requests.close(server);
 * ```
 */
export function offstage(options?: WebOptions): RequestHandler & Draining {
  const requests = new Requests(framework, options);
  const middleware: RequestHandler = (_request, response, next) => {
    const own = requests.begin(response);
    followResponse(response, own, () => {
      if (!own.isHandled) noteStatus(response.statusCode, own);
    });
    own.run(next);
  };
  return Object.assign(middleware, { close: (server: ClosableServer) => requests.close(server) });
}

function requestOf(response: Response): WebRequest | undefined {
  const present = currentRequest();
  return present?.isOf(response) ? present : requestFollowing(response);
}

/** Express tells no middleware of an error that it answers itself. */
function noteStatus(status: number, request: WebRequest): void {
  if (status < 500) return;
  request.fail(
    new RequestError(
      `${request.name} was answered with the status ${status}`,
      'Look at the error of its handler.',
    ),
  );
}

/**
 * Tells of errors that the application answers with a status below 500: put it after the routes, and before what
 * answers errors.
 *
 * @example
 * ```ts
 * import express, { type ErrorRequestHandler } from 'express';
 * import { noteErrors, offstage } from 'offstage/express';
 *
 * const answer: ErrorRequestHandler = (error, _request, response, _next) => {
 *   response.status(404).send(error.message);
 * };
 * const app = express().use(offstage());
 * app.get('/', () => { throw new Error('nothing here'); });
 * app.use(noteErrors, answer);
 * ```
 */
export const noteErrors: ErrorRequestHandler = (error, _request, response, next) => {
  requestOf(response)?.fail(error);
  next(error);
};

/** Express knows a handler of errors by its four parameters, and what {@link handler} makes has three. */
type NoErrorHandler<P extends unknown[]> = true extends { [K in keyof P]: IsError<P[K]> }[number]
  ? { readonly 'an error handler of Express is a plain function of four parameters': never }
  : unknown;

/** What only looks like an error has no `stack`. */
type IsError<T> = unknown extends T
  ? false
  : T extends Error
    ? 'stack' extends keyof T
      ? true
      : false
    : false;

/**
 * A handler or middleware whose parameters are injected: the request, the response, `next`, and whatever has a
 * provider, in any order. What it opens belongs to the request. It handles no errors: for Express, what does is a plain
 * function of four parameters, which may call an injected one.
 *
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 */
export function handler<P extends unknown[], R>(
  fn: ((...args: P) => R) & Injected<P> & NoErrorHandler<P>,
): (request: Request, response: Response, next: NextFunction) => R {
  const handle = injected(fn, (_request: Request, response: Response, _next: NextFunction) =>
    requestOf(response),
  );
  return function answer(this: unknown, request, response, next) {
    const own = requestOf(response);
    const handles = (isHandled: boolean) => {
      if (own) own.isHandled = isHandled;
    };
    const passOn: typeof next = (given?: string) => {
      handles(false);
      request.next = outer;
      next(given);
    };
    const { next: outer } = request;
    // The way of Express itself: of a template or a file that fails.
    request.next = (given?: string) => {
      handles(false);
      outer?.(given);
    };
    const failed = () => handles(false); // another container may have resolved, which tells the request nothing
    handles(true);
    try {
      const result: unknown = Reflect.apply(handle, this, [request, response, passOn]);
      if (result instanceof Promise) result.catch(failed);
      return result as R; // that of fn, or a promise of it
    } catch (error) {
      failed();
      throw error;
    }
  };
}

/**
 * A middleware that attaches tasks to a route.
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { BackgroundTask } from 'offstage';
 * import { background, offstage } from 'offstage/express';
 *
 * async function logRequest(path: string) { console.log(`request to ${path}`); }
 *
 * const app = express().use(offstage());
 * app.post('/users', background(new BackgroundTask(logRequest, '/users')), (_request, response) => {
 *   response.send('created');
 * });
 * ```
 */
export function background(tasks: BackgroundTask | BackgroundTasks): RequestHandler {
  return (_request, response, next) => {
    attach(tasks, requestOf(response));
    next();
  };
}
