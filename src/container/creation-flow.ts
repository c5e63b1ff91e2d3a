import { AsyncLocalStorage } from 'node:async_hooks';
import type { Singleton } from './singleton.js';

const storage = new AsyncLocalStorage<Singleton>();
let active = 0;

/** The singleton on whose behalf the present flow asks, if that is known. */
export function askingSingleton(): Singleton | undefined {
  return active === 0 ? undefined : storage.getStore();
}

/** Makes a singleton that takes time, so that what its provider asks for knows on whose behalf it is asked. */
export function onBehalfOf(singleton: Singleton, create: () => unknown): unknown {
  active++;
  let result: unknown;
  try {
    result = storage.run(singleton, create);
  } finally {
    if (result instanceof Promise) result.then(left, left);
    else left();
  }
  return result;
}

function left(): void {
  // On Node 20 a storage in use slows every promise of the process down.
  if (--active === 0) storage.disable();
}
