import { requestFor } from './after.js';
import type { BackgroundTask, BackgroundTasks } from './background-tasks.js';
import type { WebRequest } from './web-request.js';

/**
 * Has tasks of a route run after the response.
 *
 * @param found the request, if the framework has led to it
 */
export function attach(tasks: BackgroundTask | BackgroundTasks, found: WebRequest | undefined): void {
  const request = found ?? requestFor('background');
  request.resume(() => request.addTasks(tasks));
}
