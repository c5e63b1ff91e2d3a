import type { AsyncLocalStorage } from 'node:async_hooks';
import type { RemoteClient } from './remotes/remote-client.js';

/** What a thread knows of a task while its code runs, also in a timer that it has left. */
export interface CurrentTask {
  readonly client: RemoteClient;
  /** Fails it with an error that nobody catches. */
  readonly fail: (error: unknown) => void;
}

const slot = Symbol.for('offstage.thread');
const shared = globalThis as { [slot]?: AsyncLocalStorage<CurrentTask> }; // two copies of the package know one task

/** Says where the tasks of this thread are known. The worker does. */
export function keepTasksIn(storage: AsyncLocalStorage<CurrentTask>): void {
  shared[slot] = storage;
}

/** Whether this is a thread of a pool. */
export function onPoolThread(): boolean {
  return slot in shared;
}

/** The task whose code runs. */
export function currentTask(): CurrentTask | undefined {
  return shared[slot]?.getStore();
}
