import type { CallArguments } from '../container/arguments.js';
import type { Failure } from '../container/failures.js';
import type { Callable } from '../container/resolution/call-plan.js';
import type { Nursery } from './nursery.js';
import type { TaskSettings } from './options.js';
import type { Task } from './task.js';

/** What a task with the parameters `P` takes as its only argument that is not injected. */
export type MapItem<P extends readonly unknown[]> =
  CallArguments<P> extends infer A ? (A extends readonly [infer T] ? T : never) : never;

/** Adds a task for each item, and waits for all of them, also where one fails. */
export async function mapTasks<R>(
  nursery: Nursery,
  fn: Callable,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  settings: TaskSettings,
): Promise<R[]> {
  const results: R[] = [];
  const ends: Promise<void>[] = [];
  let first: Failure | undefined;
  const failed = (error: unknown) => {
    first ??= { error };
  };
  try {
    for await (const item of items) {
      const index = ends.length;
      const task: Task<R> = await nursery.add<R>(fn, [item], settings);
      const keep = (value: R) => {
        results[index] = value;
      };
      ends.push(task.result.then(keep, failed));
    }
  } catch (error) {
    failed(error);
  }
  await Promise.all(ends);
  if (first) throw first.error;
  return results;
}
