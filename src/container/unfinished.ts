import { logger } from './logger.js';
import { busy, type Named } from './scopes/busy.js';
import { listed } from './waiting.js';

/** What has begun in this process and has not ended, as a list for a message: what a container tells, and all tasks. `''` for none. */
export function unfinished(told: readonly string[]): string {
  const all = told.map(
    (each): Named =>
      () =>
        each,
  );
  return listed([...all, ...[...busy].flatMap((each) => each.unfinished())], (named) => named());
}

/**
 * Says that the process ends without it.
 *
 * @returns whether there is any
 */
export function tellUnfinished(told: readonly string[]): boolean {
  const left = unfinished(told);
  if (left !== '') logger().error(`The process ends, and had not finished:${left}`);
  return left !== '';
}
