import { AsyncProviderInSyncContextError } from '../../errors.js';

/** What to say where something takes time and nothing can wait for it. */
export function asyncInSync(name: string, who: string): AsyncProviderInSyncContextError {
  return new AsyncProviderInSyncContextError(
    `${who} needs ${name}, which takes time to make or to close`,
    'Make the function async, or use resolveAsync().',
  );
}

/** Refuses a value that is not there yet. */
export function refusePromise(value: Promise<unknown>, name: string, who: string): never {
  value.catch(() => {}); // told as our error, and must not become an unhandled rejection
  throw asyncInSync(name, who);
}
