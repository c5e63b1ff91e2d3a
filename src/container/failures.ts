import { OffstageError } from '../errors.js';
import { attempt, messageOf } from '../thrown.js';
import { isObject } from '../values.js';

/** Why a body failed. An object, since `undefined` can be thrown, too. */
export interface Failure {
  readonly error: unknown;
}

/** The error as resources see it: always an object, since they tell a failure by it. */
export function seen({ error }: Failure): object {
  return isObject(error)
    ? error
    : new Error(`${messageOf(error)} was thrown, which is no error`, { cause: error });
}

/** Stands for the standard class on Node 20 and 22, which do not have it. */
class OldSuppressedError extends Error {
  constructor(_error: unknown, _suppressed: unknown, message: string) {
    super(message);
  }
}

const Standard: new (error: unknown, suppressed: unknown, message: string) => Error =
  Reflect.get(globalThis, 'SuppressedError') ?? OldSuppressedError;

/** A standard `SuppressedError`, which says all that it holds when it is printed: Node hides both errors. */
class Suppressed extends Standard {
  override readonly name = 'SuppressedError';
  readonly error: unknown;
  readonly suppressed: unknown;

  constructor(error: unknown, suppressed: unknown) {
    super(error, suppressed, `${messageOf(suppressed)} (and then, while closing: ${messageOf(error)})`);
    this.error = error;
    this.suppressed = suppressed;
  }
}

/** What failed last, with what failed before it kept beside: as `using` tells of two errors. */
export function both(first: Failure | undefined, later: unknown): Failure {
  return { error: first ? new Suppressed(later, first.error) : later };
}

/** Our own errors say enough; any other needs to know where it happened. */
export function isOurs(error: unknown): error is OffstageError {
  return attempt(() => error instanceof OffstageError, false);
}

/** Whether an error says that calls are nested deeper than the stack can hold. */
export function isStackFull(error: unknown): error is RangeError {
  return attempt(() => error instanceof RangeError && error.message.includes('call stack'), false);
}
