import { both, type Failure } from '../failures.js';
import { logError } from '../logger.js';
import type { InjectionScope } from './injection-scope.js';

/** Closes a scope after a failure, and throws it, with what closing threw beside it. */
export async function closeAfter(scope: InjectionScope, failure: Failure): Promise<never> {
  try {
    await scope.close(failure);
  } catch (later) {
    throw both(failure, later).error;
  }
  throw failure.error;
}

/** The same where nothing can wait: what takes time to close is closed afterwards, and its errors are logged. */
export function closeNow(scope: InjectionScope, failure: Failure): never {
  try {
    scope.close(failure)?.catch(logError);
  } catch (later) {
    throw both(failure, later).error;
  }
  throw failure.error;
}
