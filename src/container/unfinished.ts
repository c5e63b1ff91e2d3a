import { logger } from './logger.js';
import { busy, type Named } from './scopes/busy.js';
import { listed } from './waiting.js';

/** What has begun in this process and has not ended, as a list for a message: calls, and all tasks. `''` for none. */
export function unfinished(calls: readonly string[]): string {
  const all = calls.map(
    (call): Named =>
      () =>
        `the call of ${call}`,
  );
  return listed([...all, ...[...busy].flatMap((each) => each.unfinished())], (named) => named());
}

/**
 * Says that the process ends without it.
 *
 * @returns whether there is any
 */
export function tellUnfinished(calls: readonly string[]): boolean {
  const left = unfinished(calls);
  if (left !== '') logger().error(`The process ends, and had not finished:${left}`);
  return left !== '';
}
