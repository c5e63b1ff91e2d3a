import { inspect } from 'node:util';
import { classByKey, classKey, declarationOf } from '../reflection/declare.js';

/** An error in a form that crosses between threads: a clone alone would lose class, code and own fields. */
export type WireError =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error' | 'dom exception';
      /** The key of its class, where both threads may know it. */
      readonly class?: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly own: Record<string, unknown>;
      readonly cause?: WireError;
      readonly errors?: readonly WireError[];
    };

// Deeper causes are cut: a chain may be circular.
const deepest = 8;
/** Fields that travel by name, also where a class declares them. */
const carried = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** Packs whatever was thrown. */
export function packError(thrown: unknown, depth = 0): WireError {
  if (!(thrown instanceof Error)) return { kind: 'value', value: cloneable(thrown) };
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(thrown)) {
    if (!carried.has(key)) own[key] = cloneable(value);
  }
  const hasCause = 'cause' in thrown && thrown.cause !== undefined && depth < deepest;
  const declaration = declarationOf(thrown.constructor);
  return {
    kind: thrown instanceof DOMException ? 'dom exception' : 'error',
    ...(declaration && { class: classKey(declaration.module, declaration.name) }),
    name: thrown.name === 'Error' ? thrown.constructor.name : thrown.name,
    message: thrown.message,
    stack: thrown.stack ?? '',
    own,
    ...(hasCause && { cause: packError(thrown.cause, depth + 1) }),
    ...(thrown instanceof AggregateError && {
      // An AggregateError may hold itself.
      errors: depth >= deepest ? [] : thrown.errors.map((error) => packError(error, depth + 1)),
    }),
  };
}

const builtIn: Record<string, ErrorConstructor> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Makes the error again: with its class where both threads know it, else under its name. */
export function unpackError(wire: WireError): unknown {
  if (wire.kind === 'value') return wire.value;
  if (wire.kind === 'dom exception') return new DOMException(wire.message, wire.name);
  const cause = wire.cause && { cause: unpackError(wire.cause) };
  const error = wire.errors
    ? new AggregateError(wire.errors.map(unpackError), wire.message, cause)
    : new (builtIn[wire.name] ?? Error)(wire.message, cause);
  const type = wire.class === undefined ? undefined : classByKey(wire.class);
  if (type) Object.setPrototypeOf(error, (type as { prototype: object }).prototype); // only classes have keys
  if (error.name !== wire.name) hide(error, 'name', wire.name);
  hide(error, 'stack', wire.stack);
  return Object.assign(error, wire.own);
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}
