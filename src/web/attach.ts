import { requestFor } from './after.js';
import type { BackgroundTask, BackgroundTasks } from './background-tasks.js';

/** Has tasks of a route run after the present response. */
export function attach(tasks: BackgroundTask | BackgroundTasks): void {
  requestFor('background').addTasks(tasks);
}
