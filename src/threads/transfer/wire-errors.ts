import { inspect, types } from 'node:util';
import * as errors from '../../errors.js';
import { classByKey, keyOf } from '../../reflection/declare.js';
import { attempt } from '../../thrown.js';

/** What was thrown, in a form that crosses between threads: a clone alone would lose class, code and own fields. */
export type WireError =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** Those of it that a clone would make a `Uint8Array`. */
      readonly buffers?: readonly object[];
    }
  | {
      readonly kind: 'error' | 'dom exception';
      /** The key of its class, where both threads may know it. */
      readonly class?: string | undefined;
      readonly name: string;
      /** What its class is called, if it has no name of its own: it is shown by that where its class is not known. */
      readonly className?: string;
      readonly message: string;
      readonly stack: string;
      /** Its own fields, the errors among them in this form. */
      readonly own: readonly (readonly [key: string, value: WireError])[];
      readonly cause?: WireError;
      readonly errors?: readonly WireError[];
    };

// Longer chains are cut.
const deepest = 8;
/** Fields that travel by name, also where a class declares them. */
const carried = new Set(['name', 'message', 'stack', 'cause']);
const unreadable = '[cannot be read]';
/** The class of an error that only passes through this thread, which does not know it. */
const foreignClasses = new WeakMap<object, string>();

/** Packs whatever was thrown. Never fails: where this runs, nobody is left to tell. */
export function packError(thrown: unknown): WireError {
  return attempt(() => pack(thrown, []), { kind: 'value', value: unreadable });
}

function pack(thrown: unknown, around: readonly unknown[]): WireError {
  if (!(thrown instanceof Error)) return packValue(thrown);
  // An error may hold itself, even many times.
  const ends = around.length >= deepest || around.includes(thrown);
  const within = (value: unknown) => pack(value, [...around, thrown]);
  const cause = attempt(() => thrown.cause, unreadable);
  const name = textOf(thrown, 'name');
  return {
    kind: thrown instanceof DOMException ? 'dom exception' : 'error',
    class: foreignClasses.get(thrown) ?? attempt(() => keyOf(thrown.constructor), undefined),
    name,
    ...(name === 'Error' && { className: attempt(() => thrown.constructor.name, name) }),
    message: textOf(thrown, 'message'),
    stack: textOf(thrown, 'stack'),
    own: ends
      ? []
      : ownKeys(thrown).map((key) => [key, within(attempt(() => Reflect.get(thrown, key), unreadable))]),
    ...(cause !== undefined && !ends && { cause: within(cause) }),
    ...(thrown instanceof AggregateError && {
      errors: ends ? [] : attempt(() => [...thrown.errors], []).map(within),
    }),
  };
}

/** A `Buffer` stays one, alone or in a list: errors of child processes have both. */
function packValue(value: unknown): WireError {
  const buffers = attempt(() => [value].flat().filter(Buffer.isBuffer), []);
  const cloned = buffers.length > 0 && attempt(() => structuredClone({ value, buffers }), undefined);
  return { kind: 'value', ...(cloned || { value: cloneable(value) }) };
}

function ownKeys(error: Error): string[] {
  // Node's own SuppressedError hides both of its errors.
  const hidden = ['error', 'suppressed'].filter((key) => Object.hasOwn(error, key));
  const others = [...new Set([...Object.keys(error), ...hidden])].filter((key) => !carried.has(key));
  return error instanceof AggregateError ? others.filter((key) => key !== 'errors') : others;
}

function textOf(error: Error, key: 'name' | 'message' | 'stack'): string {
  return attempt(() => String(error[key] ?? ''), unreadable);
}

function cloneable(value: unknown): unknown {
  return (
    attempt(() => structuredClone(value), undefined) ?? (value && inspect(value, { customInspect: false }))
  );
}

const builtIn = new Map<string, ErrorConstructor>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [type.name, type]),
);

/** Makes the error again: with its class where both threads know it, else under its name. */
export function unpackError(wire: WireError): unknown {
  if (wire.kind === 'value') {
    for (const buffer of wire.buffers ?? []) Object.setPrototypeOf(buffer, Buffer.prototype);
    return wire.value;
  }
  const error =
    wire.kind === 'dom exception'
      ? new DOMException(wire.message, wire.name)
      : new (builtIn.get(wire.name) ?? Error)(wire.message);
  fillError(error, wire);
  return error;
}

/** Gives an error all that its wire form says, and its message alone has not told. */
export function fillError(error: Error, wire: WireError): void {
  if (wire.kind === 'value') return; // nothing could be read
  if (wire.errors) {
    Object.setPrototypeOf(error, AggregateError.prototype);
    define(error, 'errors', wire.errors.map(unpackError));
  }
  const type = wire.class === undefined ? ownClass(wire) : classByKey(wire.class);
  if (type)
    Object.setPrototypeOf(error, (type as { prototype: object }).prototype); // only classes have keys
  else if (wire.class !== undefined) foreignClasses.set(error, wire.class);
  const name = type ? wire.name : (wire.className ?? wire.name);
  // It may be a getter over something private, which no other object has.
  if (attempt(() => error.name, undefined) !== name) define(error, 'name', name);
  define(error, 'stack', wire.stack);
  // That of a clone may stand elsewhere in the data, too.
  if (wire.cause && types.isNativeError(error.cause)) fillError(error.cause, wire.cause);
  else if (wire.cause) define(error, 'cause', unpackError(wire.cause));
  for (const [key, value] of wire.own) define(error, key, unpackError(value), true);
}

/** The class of an error of the library, which each thread has, told by its name and its code. */
function ownClass({ name, own }: Exclude<WireError, { kind: 'value' }>): unknown {
  const code = own.find(([key]) => key === 'code')?.[1];
  const isOwn = code?.kind === 'value' && code.value === Reflect.get(errors.errorCodes, name);
  return isOwn && code.value !== undefined ? Reflect.get(errors, name) : undefined;
}

/** Not assigned: its class may have a getter of this name. */
function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}
