import { AsyncProviderInSyncContextError } from '../../errors.js';

const forFunctions = 'Make the function async, or use resolveAsync().';

/** What to say where something takes time and nothing can wait for it. */
export function asyncInSync(
  name: string,
  who: string,
  remedy = forFunctions,
): AsyncProviderInSyncContextError {
  return new AsyncProviderInSyncContextError(
    `${who} needs ${name}, which takes time to make or to close`,
    remedy,
  );
}

/** What to say when a function has run, and what was open in its call goes on closing. */
export function closesInSync(names: readonly string[], who: string): AsyncProviderInSyncContextError {
  return new AsyncProviderInSyncContextError(
    `${who} has run, but nothing can wait for the closing of ${names.join(', ') || 'what it has opened'}, which takes time`,
    'Make the function async.',
  );
}

/** Refuses a value that is not there yet. */
export function refusePromise(value: Promise<unknown>, name: string, who: string, remedy?: string): never {
  value.catch(() => {}); // told as our error, and must not become an unhandled rejection
  throw asyncInSync(name, who, remedy);
}
