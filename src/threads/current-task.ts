import type { AsyncLocalStorage } from 'node:async_hooks';
import type { RemoteClient } from './remotes/remote-client.js';

/** What a thread knows of a task while its code runs, also in a timer that it has left. */
export interface CurrentTask {
  readonly client: RemoteClient;
  /** Fails it with an error that nobody catches. */
  readonly fail: (error: unknown) => void;
  /** Has it fail when it ends, whatever it returns: it has asked for the end of its thread. */
  exits(called: Error): void;
}

/** An injection scope of this thread. */
export interface ThreadScope {
  /** The call around it, in whose flow it is; `null` if it is in none. */
  readonly outer: ThreadScope | null | undefined;
  readonly hasEnded: boolean;
  own(finalizer: { close(failure: { readonly error: unknown } | undefined): unknown }): void;
}

/** The main thread's container, as a thread of a pool asks it: what it resolves are remotes. */
export interface MainContainer {
  /** @throws RemoteError if the main thread cannot know what is meant */
  check(token: object): void;
  resolve(token: object): unknown;
  /** What is opened for the value on the main thread closes with the scope. */
  resolveIn(token: object, scope: ThreadScope): unknown;
  resolveAsync(token: object): Promise<unknown>;
  has(token: object): boolean;
}

/** What makes this thread one of a pool. */
interface PoolThread {
  readonly tasks: AsyncLocalStorage<CurrentTask>;
  readonly container: MainContainer;
}

const slot = Symbol.for('offstage.thread');
const shared = globalThis as { [slot]?: PoolThread }; // two copies of the package know one task

/** Says where the tasks of this thread are known, and how they reach the main thread's container. The worker does. */
export function beginThread(thread: PoolThread): void {
  shared[slot] = thread;
}

/** On a thread of a pool: what stands behind the default container there. */
export function mainContainer(): MainContainer | undefined {
  return shared[slot]?.container;
}

/** Whether this is a thread of a pool. */
export function onPoolThread(): boolean {
  return slot in shared;
}

/** The task whose code runs. */
export function currentTask(): CurrentTask | undefined {
  return shared[slot]?.tasks.getStore();
}
