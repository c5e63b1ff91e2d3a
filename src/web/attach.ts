import { requestFor } from './after.js';
import type { BackgroundTask, BackgroundTasks } from './background-tasks.js';
import { requestOf } from './kept-request.js';

/**
 * Has tasks of a route run after the response.
 *
 * @param keeper what has our request
 */
export function attach(tasks: BackgroundTask | BackgroundTasks, keeper: object): void {
  const request = requestOf(keeper) ?? requestFor('background');
  request.resume(() => request.addTasks(tasks));
}
