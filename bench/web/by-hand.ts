// What a program writes by hand that has tasks after its responses: the least that any library can do.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';

const requests = new AsyncLocalStorage<object>();

/** So that whatever a handler calls finds its request. */
export function inRequest<T>(body: () => T): T {
  return requests.run({}, body);
}

/** Runs a task once the response has been sent, in the asynchronous context of the handler. */
export function afterResponse(response: ServerResponse, task: () => Promise<void>): void {
  const context = new AsyncResource('task');
  response.on('close', () => {
    context.runInAsyncScope(task).catch((error: unknown) => console.error(error));
  });
}
