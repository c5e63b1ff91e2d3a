import type { CallArguments } from '../container/arguments.js';
import { RequestError } from '../errors.js';
import { onPoolThread } from '../threads/current-task.js';
import { BackgroundTask, type BackgroundTasks } from './background-tasks.js';
import { currentRequest, type WebRequest } from './web-request.js';

function afterResponse<P extends unknown[]>(task: (...args: P) => unknown, ...args: CallArguments<P>): void {
  requestFor('after', task).addTasks(new BackgroundTask(task, ...args));
}

function always<P extends unknown[]>(task: (...args: P) => unknown, ...args: CallArguments<P>): void {
  requestFor('after.always', task).addTasks(new BackgroundTask(task, ...args), true);
}

/**
 * Runs a task once the response of the present request has been sent: from anywhere in its asynchronous flow, after the
 * tasks that were added before. A handler that throws has none of its tasks run, but those of `after.always`.
 *
 * @param task the function; parameters whose types have providers are injected
 * @param args the arguments for the other parameters, in their order
 * @throws RequestError outside of a request, or if an argument is one of its objects
 * @throws RegistrationError if `task` is not a function
 *
 * @example
 * ```ts
 * import { after } from 'offstage';
 * import { offstage } from 'offstage/node';
 * import { createServer } from 'node:http';
 *
 * async function track(page: string) { console.log(`seen: ${page}`); }
 *
 * const listener = offstage(async (request, response) => {
 *   after(track, request.url ?? '/');
 *   response.end('hello');
 * });
 * const server = createServer(listener).listen(0);
 * await listener.close(server);
 * ```
 */
export const after = Object.assign(afterResponse, {
  /** The same, also if the handler throws. */
  always,
});

/**
 * Attaches tasks to a response: they run once it has been sent.
 *
 * @param response what the handler answers with
 * @returns the response
 * @throws RequestError outside of a request
 *
 * @example
 * ```ts
 * import { BackgroundTask, withBackground } from 'offstage';
 * import { offstage } from 'offstage/node';
 * import { createServer } from 'node:http';
 *
 * async function notify(id: number) { console.log(`notified ${id}`); }
 *
 * const listener = offstage(async (request, response) => {
 *   withBackground(response, new BackgroundTask(notify, 7)).end('queued');
 * });
 * const server = createServer(listener).listen(0);
 * await listener.close(server);
 * ```
 */
export function withBackground<T>(response: T, tasks: BackgroundTask | BackgroundTasks): T {
  requestFor('withBackground').addTasks(tasks);
  return response;
}

/** @throws RequestError where no request is handled */
export function requestFor(what: string, task?: { readonly name: string }): WebRequest {
  const request = currentRequest();
  if (!request) throw outsideRequests(task ? `${what}(${task.name})` : what);
  return request;
}

/** @param called what needs a request */
export function outsideRequests(called: string): RequestError {
  if (onPoolThread()) {
    return new RequestError(
      `${called} was called on a thread, where no request is handled`,
      'A sync task runs on a thread: have it take tasks: BackgroundTasks as a parameter, or make it async.',
    );
  }
  return new RequestError(
    `${called} was called where no request is handled`,
    'Put the middleware of offstage first, and call it in the flow of a handler. Parsers of bodies may lose the flow: what handler() makes of a function finds it again.',
  );
}
