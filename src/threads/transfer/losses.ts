import { types } from 'node:util';
import { fillError, packError, type WireError } from './wire-errors.js';

/** Something in plain data that a clone robs: a `Buffer` of its class, an error of its class and its fields. */
export interface Loss {
  /** Sent with the data, so that it arrives as the very object that stands there. */
  readonly of: object;
  /** None of a `Buffer`. */
  readonly error?: WireError;
}

/** What a clone of a value would lose. */
export function lossOf(value: object): Loss | undefined {
  if (types.isNativeError(value)) return { of: value, error: packError(value) };
  return Buffer.isBuffer(value) ? { of: value } : undefined;
}

/** Gives a clone back what it has lost. */
export function restore({ of, error }: Loss): void {
  if (error) fillError(of as Error, error);
  else Object.setPrototypeOf(of, Buffer.prototype);
}
