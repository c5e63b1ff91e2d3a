import type { CallArguments } from '../container/arguments.js';
import type { Failure } from '../container/failures.js';
import type { Callable } from '../container/resolution/call-plan.js';
import { InFlight } from '../container/scopes/in-flight.js';
import type { Nursery } from './nursery.js';
import type { TaskSettings } from './options.js';
import type { Task } from './tasks/task.js';

/** The only argument that a caller has to pass, of one way to call. */
type OneArgument<A> = A extends readonly []
  ? never
  : A extends readonly [infer T, ...infer R] | readonly [(infer T)?, ...infer R]
    ? [] extends R
      ? T
      : never
    : never;

declare const unfit: unique symbol;

/** Its name is in the compiler's message where no item fits: the task takes no argument, or needs more than one. */
interface NeedsTaskOfOneArgument {
  readonly [unfit]: never;
}

/** What a task with the parameters `P` takes as the only argument that it needs and is not injected. */
export type MapItem<P extends readonly unknown[]> = [OneArgument<CallArguments<P>>] extends [never]
  ? NeedsTaskOfOneArgument
  : OneArgument<CallArguments<P>>;

/** After so many the event loop has a turn. */
const itemsInATurn = 1_024;
/** That of the process, also where a test has replaced its timers meanwhile. */
const setImmediate = globalThis.setImmediate;

/** Adds a task for each item, and waits for all of them, also where one fails. */
export async function mapTasks<R>(
  nursery: Nursery,
  fn: Callable,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  settings: TaskSettings,
): Promise<R[]> {
  const results: R[] = [];
  const running = new InFlight();
  let first: Failure | undefined;
  const follow = (task: Task, index: number) => {
    running.enter();
    task.onOutcome((outcome) => {
      if ('error' in outcome) first ??= outcome;
      else results[index] = outcome.value as R; // what the function of its task gave
      running.leave();
    });
  };
  let count = 0;
  try {
    if (isAsync(items)) {
      for await (const item of items) follow(await nursery.add(fn, [item], settings), count++);
    } else {
      for (const item of items) {
        follow(await nursery.add(fn, [item], settings), count++);
        // Without a capacity nothing waits here, and the items may have no end.
        if (count % itemsInATurn === 0) await new Promise(setImmediate);
      }
    }
  } catch (error) {
    first ??= { error };
  }
  await running.ended();
  if (first) throw first.error;
  return results;
}

function isAsync(items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> {
  return Symbol.asyncIterator in Object(items); // a string can be iterated, too
}
