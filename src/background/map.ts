import { onAbort } from '../abort-listeners.js';
import type { CallArguments } from '../container/arguments.js';
import type { Failure } from '../container/failures.js';
import type { Callable } from '../container/resolution/call-plan.js';
import { InFlight } from '../container/scopes/in-flight.js';
import { setImmediate } from '../timers.js';
import type { TaskSettings } from './options.js';
import type { Outcome } from './tasks/attempt.js';
import { Task } from './tasks/task.js';
import { cancelled } from './tasks/task-errors.js';
import type { TaskHandle } from './tasks/task-handle.js';

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

/**
 * Adds a task for each item, and waits for all of them, also where one fails.
 *
 * @param add adds that of an item
 */
export async function mapTasks<R>(
  add: (item: unknown) => TaskHandle | Promise<TaskHandle>,
  fn: Callable,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  settings: TaskSettings,
): Promise<R[]> {
  const results: R[] = [];
  const running = new InFlight();
  let first: Failure | undefined;
  const follow = (task: TaskHandle, index: number) => {
    running.enter();
    const end = (outcome: Outcome) => {
      if ('error' in outcome) first ??= outcome;
      else results[index] = outcome.value as R; // what the function of its task gave
      running.leave();
    };
    if (task instanceof Task) task.onOutcome(end);
    else followResult(task, end);
  };
  let count = 0;
  try {
    if (isAsync(items)) {
      const { signal, name = fn.name } = settings;
      const source = signal ? untilAborted(items, signal, name) : items;
      for await (const item of source) follow(await add(item), count++);
    } else {
      for (const item of items) {
        follow(await add(item), count++);
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

/** An `add` of the program may give a handle of its own. */
function followResult({ result }: TaskHandle, end: (outcome: Outcome) => void): void {
  result.then(
    (value) => end({ value }),
    (error: unknown) => end({ error }),
  );
}

/** A source may be quiet for long, as a queue of messages is: then it is left, and its own end is not waited for. */
async function* untilAborted(
  items: AsyncIterable<unknown>,
  signal: AbortSignal,
  name: string,
): AsyncGenerator<unknown> {
  const source = items[Symbol.asyncIterator]();
  let state: 'asked' | 'given' | 'over' = 'given';
  let fail: (error: unknown) => void = () => {};
  const unfollow = onAbort(signal, () => fail(cancelled(name, signal.reason)));
  try {
    for (;;) {
      if (signal.aborted) throw cancelled(name, signal.reason);
      state = 'asked';
      const next = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        fail = reject;
        later(() => source.next()).then(resolve, (error) => {
          state = 'over';
          reject(error);
        });
      });
      state = next.done ? 'over' : 'given';
      if (next.done) return;
      yield next.value;
    }
  } finally {
    unfollow();
    if (state === 'given') await source.return?.();
    else if (state === 'asked') later(() => source.return?.()).catch(() => {});
  }
}

/** What a source gives is awaited, as a loop does: it may be no promise, and the source may throw. */
async function later<T>(ask: () => T): Promise<Awaited<T>> {
  return await ask();
}

function isAsync(items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> {
  return Symbol.asyncIterator in Object(items); // a string can be iterated, too
}
