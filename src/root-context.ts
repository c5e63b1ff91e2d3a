import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs a body in the asynchronous context of the process: a thread outlives whatever request happens to start it. */
export const inRoot = AsyncLocalStorage.snapshot();
