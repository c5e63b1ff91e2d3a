import { AsyncResource } from 'node:async_hooks';

// What `AsyncLocalStorage.snapshot()` makes takes 0.2 µs more at each call.
const root = new AsyncResource('offstage.root', { requireManualDestroy: true });

/** Runs a body in the asynchronous context of the process: a thread outlives whatever request happens to start it. */
export function inRoot<A extends unknown[], R>(body: (...args: A) => R, ...args: A): R {
  return root.runInAsyncScope(body, undefined, ...args);
}
