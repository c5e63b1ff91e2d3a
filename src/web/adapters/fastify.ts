import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { typeToken } from '../../container/tokens/type-token.js';
import { RegistrationError } from '../../errors.js';
import { isObject } from '../../values.js';
import { attach } from '../attach.js';
import type { BackgroundTask, BackgroundTasks } from '../background-tasks.js';
import { type Injected, injected } from '../injected-handler.js';
import { keepRequest, kept, requestOf } from '../kept-request.js';
import { RequestObject } from '../request-object.js';
import { Requests, type WebOptions } from '../requests.js';
import type { Framework, WebRequest } from '../web-request.js';
import { answerOf, CallbackBody } from './callback-style.js';
import { followResponse } from './node-response.js';

export type { WebOptions };

const framework: Framework<FastifyReply> = {
  objects: [
    new RequestObject(
      typeToken<FastifyRequest>('fastify', 'FastifyRequest'),
      ({ request }: FastifyReply) => request,
    ),
    new RequestObject(typeToken<FastifyReply>('fastify', 'FastifyReply'), (reply: FastifyReply) => reply),
  ],
  others: ({ request, raw }) => [request.raw, raw],
  nameOf: ({ request: { method, url } }) => `${method} ${url}`,
  keep: ({ request }, own) => keepRequest(request, own),
};

// What it passes behind them: a parameter of such a type takes nothing else.
for (const name of ['HookHandlerDoneFunction', 'DoneFuncWithErrOrRes']) typeToken('fastify', name);

/**
 * The plugin for Fastify: each request has an injection scope, and tasks that run once its response has been sent.
 * `app.close()` waits for them.
 *
 * @example
 * ```ts
 * import fastify, { type FastifyRequest } from 'fastify';
 * import { after, singleton } from 'offstage';
 * import { handler, offstage } from 'offstage/fastify';
 *
 * @singleton
 * class Greeter { greet(url: string) { return `hello from ${url}`; } }
 * async function log(url: string) { console.log(`answered ${url}`); }
 *
 * const app = fastify();
 * await app.register(offstage);
 * app.get('/', handler(async (request: FastifyRequest, greeter: Greeter) => {
 *   after(log, request.url);
 *   return greeter.greet(request.url);
 * }));
 * const { body } = await app.inject('/');
 * await app.close(); // answered /
 * console.log(body); // hello from /
 * ```
 */
export const offstage: FastifyPluginCallback<WebOptions> = Object.assign(
  (app: FastifyInstance, options: WebOptions, done: (error?: Error) => void) => {
    if (served.has(app.server)) return done(registeredAgain());
    served.add(app.server);
    const requests = new Requests(framework, options);
    app.decorateRequest(kept, null); // what Fastify is told of costs its requests nothing
    app.addHook('onRequest', (_request, reply, next) => {
      const own = requests.begin(reply);
      followResponse(reply.raw, own);
      own.run(next);
    });
    // A body that is read on the way loses the asynchronous context.
    app.addHook('preValidation', (request, _reply, next) => requestOf(request)?.resume(next));
    app.addHook('onError', (request, _reply, error, next) => {
      requestOf(request)?.fail(error);
      next();
    });
    refuseClosingFromTasks(requests, app);
    waitWithClosing(requests, app);
    done();
  },
  // As fastify-plugin says it: the hooks are for the whole application.
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'offstage' },
);

/** The servers of the applications that have the plugin. */
const served = new WeakSet<object>();

function registeredAgain(): RegistrationError {
  return new RegistrationError(
    'the plugin of offstage is registered a second time',
    'Register it once, on the application itself: it is for all routes behind it, those of other plugins too.',
  );
}

/** Before Fastify begins: whatever a hook then says, it goes on closing. */
function refuseClosingFromTasks(requests: Requests<FastifyReply>, app: FastifyInstance): void {
  let root = app; // the application itself, where this is the instance of another plugin
  while (!Object.hasOwn(root, 'close')) root = Object.getPrototypeOf(root);
  root.close = new Proxy(root.close, {
    apply(close, instance, args) {
      try {
        requests.refuseFromTasks();
      } catch (error) {
        return Promise.reject(error);
      }
      return Reflect.apply(close, instance, args);
    },
  });
}

/**
 * Has Fastify wait where it closes the server: after the hooks of others, which may have to end responses first, and
 * before they close what tasks may still need. A hook has ten seconds, and is left out where one before it fails.
 */
function waitWithClosing(requests: Requests<FastifyReply>, app: FastifyInstance): void {
  const { server } = app;
  const { close } = server;
  let closing: Promise<void> | undefined;
  const begin = () => {
    if (closing) return closing;
    server.close = close;
    closing = requests.close(server);
    server.close = waiting;
    closing.catch(() => {
      closing = undefined; // it was refused, and goes on
    });
    return closing;
  };
  const waiting: typeof close = (done) => {
    begin().then(() => done?.(), done);
    return server;
  };
  server.close = waiting;
  // Before Fastify closes connections itself.
  app.addHook('preClose', (done) => {
    if (server.listening) begin();
    done();
  });
}

/**
 * A handler or hook whose parameters are injected: the request, the reply, `done`, and whatever has a provider. What it opens
 * belongs to the request. It is for every kind of server, whose types of a request and a reply differ.
 *
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 */
export function handler<P extends unknown[], R>(
  fn: ((...args: P) => R) & Injected<P>,
): (request: object, reply: object) => R {
  const handle = injected(fn, requestAmong, CallbackBody);
  return function answer(this: unknown, ...args) {
    for (const arg of args) if (isReply(arg)) endWithResponse(arg);
    return answerOf(Reflect.apply(handle, this, args)) as R; // that of fn, or a promise of it
  };
}

/** What handlers give back for `reply.send()`: it is over when its response is. */
interface ThenableReply {
  readonly request: FastifyRequest;
  then(fulfilled: () => void, rejected: (error: Error) => void): void;
}

/** @param arg also what was thrown */
function isReply(arg: unknown): arg is ThenableReply {
  return isObject(arg) && 'raw' in arg && 'then' in arg;
}

/** The prototypes of replies, one for each plugin of an application. */
const ending = new WeakSet<object>();

/** Has a reply be over also when its client has gone: of some, Node tells Fastify nothing. */
function endWithResponse(reply: ThenableReply): void {
  const prototype: ThenableReply = Object.getPrototypeOf(reply);
  if (ending.has(prototype)) return;
  ending.add(prototype);
  const { then } = prototype;
  Object.defineProperty(prototype, 'then', {
    configurable: true,
    writable: true,
    value(this: ThenableReply, ...[fulfilled, rejected]: Parameters<typeof then>) {
      then.call(this, fulfilled, rejected);
      requestOf(this.request)?.whenResponded(fulfilled);
    },
  });
}

/** To a handler of errors, what was thrown comes first: anything. */
function requestAmong(first: object | null | undefined, second: object): WebRequest | undefined {
  return (first ? requestOf(first) : undefined) ?? requestOf(second);
}

/**
 * A `preHandler` that attaches tasks to a route.
 *
 * @example
 * ```ts
 * import fastify from 'fastify';
 * import { BackgroundTask } from 'offstage';
 * import { background, offstage } from 'offstage/fastify';
 *
 * async function logRequest(url: string) { console.log(`request to ${url}`); }
 *
 * const app = fastify();
 * await app.register(offstage);
 * const logged = background(new BackgroundTask(logRequest, '/users'));
 * app.post('/users', { preHandler: logged }, async () => 'created');
 * await app.inject({ method: 'POST', url: '/users' });
 * await app.close(); // request to /users
 * ```
 */
export function background(
  tasks: BackgroundTask | BackgroundTasks,
): (request: object, reply: object, next: () => void) => void {
  return (request, _reply, next) => {
    attach(tasks, requestOf(request));
    next();
  };
}
