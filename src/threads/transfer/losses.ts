import { types } from 'node:util';
import { fillError, packError, type WireError } from './wire-errors.js';

/**
 * Something in plain data of which a clone is not the same: a `Buffer` loses its class, an error its class and its fields,
 * and what has no prototype gets one.
 */
export interface Loss {
  /** Sent with the data, so that it arrives as the very object that stands there. */
  readonly of: object;
  readonly error?: WireError;
  /** Whether it has no prototype. */
  readonly isBare?: boolean;
}

/** What a clone of a value would lose. */
export function lossOf(value: object): Loss | undefined {
  if (types.isNativeError(value)) return { of: value, error: packError(value) };
  if (Object.getPrototypeOf(value) === null) return { of: value, isBare: true };
  return Buffer.isBuffer(value) ? { of: value } : undefined;
}

/** Gives a clone back what it has lost. */
export function restore({ of, error, isBare = false }: Loss): void {
  if (error) fillError(of as Error, error);
  else Object.setPrototypeOf(of, isBare ? null : Buffer.prototype);
}
