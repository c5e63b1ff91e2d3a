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

/** An error in the shape of the standard `SuppressedError`, which Node 20 does not have. */
class Suppressed extends Error {
  override readonly name = 'SuppressedError';
  readonly error: unknown;
  readonly suppressed: unknown;

  constructor(error: unknown, suppressed: unknown) {
    super(`${messageOf(error)} (and then, while closing: ${messageOf(suppressed)})`);
    this.error = error;
    this.suppressed = suppressed;
  }
}

/** What failed first, with what failed after it kept beside. */
export function both(first: Failure | undefined, later: unknown): Failure {
  return { error: first ? new Suppressed(first.error, later) : later };
}

/** Our own errors say enough; any other needs to know where it happened. */
export function isOurs(error: unknown): error is OffstageError {
  return attempt(() => error instanceof OffstageError, false);
}

/** Whether an error says that calls are nested deeper than the stack can hold. */
export function isStackFull(error: unknown): error is RangeError {
  return attempt(() => error instanceof RangeError && error.message.includes('call stack'), false);
}
