import { isObject } from '../../values.js';
import { type Failure, seen } from '../failures.js';

const enter: unique symbol = Symbol('offstage.enter');
const exit: unique symbol = Symbol('offstage.exit');
/** Told before anything of the scope closes: finish what runs, and let nothing new depend on the others. */
export const quiesce: unique symbol = Symbol('offstage.quiesce');
/** Told which scope is to close it, however it was made. */
export const owned: unique symbol = Symbol('offstage.owned');

/**
 * The names of the two methods by which a class resource is opened and closed.
 *
 * `exit` is given what the body has thrown: an `Error` also for `throw undefined`, so that a failure is told by it. A class
 * may also have a standard `[Symbol.asyncDispose]()` or `[Symbol.dispose]()` instead.
 *
 * @example
 * ```ts
 * import { inject, Resource, resource } from 'offstage';
 *
 * @resource
 * class Transaction {
 *   [Resource.enter]() { console.log('begin'); }
 *   [Resource.exit](error?: unknown) { console.log(error ? 'rollback' : 'commit'); }
 * }
 *
 * await inject(async (tx: Transaction) => console.log('work'))(); // begin, work, commit
 * ```
 */
export const Resource = { enter, exit } as const;

/** By which of its methods a value is closed. */
export const closingHooks = [Resource.exit, Symbol.asyncDispose, Symbol.dispose] as const;

/** What a value may have that opens or closes. */
export interface ResourceHooks {
  [Resource.enter]?(scope: unknown): unknown;
  [Resource.exit]?(error?: unknown): unknown;
  [quiesce]?(): unknown;
  [owned]?(scope: unknown): void;
  [Symbol.asyncDispose]?(): unknown;
  [Symbol.dispose]?(): unknown;
}

/** Closes one thing that a scope owns. */
export interface Finalizer {
  /** What it closes. */
  readonly value?: unknown;
  /** Waits until nothing uses it any more. */
  quiet?(): unknown;
  close(failure: Failure | undefined): unknown;
}

/** Closes a value by its own method, taken when it was opened: a later own property may hide it. */
class Closer implements Finalizer {
  readonly value: ResourceHooks;
  readonly #close: (error?: unknown) => unknown;
  readonly #seesError: boolean;
  readonly #closing: ((value: unknown) => void) | undefined;

  constructor(
    hooks: ResourceHooks,
    close: (error?: unknown) => unknown,
    seesError: boolean,
    closing: ((value: unknown) => void) | undefined,
  ) {
    this.value = hooks;
    this.#close = close;
    this.#seesError = seesError;
    this.#closing = closing;
  }

  quiet(): unknown {
    return quiesce in this.value ? this.value[quiesce]?.() : undefined;
  }

  close(failure: Failure | undefined): unknown {
    this.#closing?.(this.value);
    return this.#seesError
      ? this.#close.call(this.value, failure && seen(failure))
      : this.#close.call(this.value);
  }
}

/**
 * How a value is closed, if it can be: `exit` first, since it sees the error of the body.
 *
 * @param closing told when it is about to be closed
 */
export function finalizerOf(value: unknown, closing?: (value: unknown) => void): Finalizer | undefined {
  if (!isObject(value)) return undefined;
  const hooks = value as ResourceHooks; // any object may have them
  // Whether it has them, too: a proxy to elsewhere may give something for each name that is asked of it.
  const exitHook = hooks[Resource.exit];
  if (typeof exitHook === 'function' && Resource.exit in hooks) {
    return new Closer(hooks, exitHook, true, closing);
  }
  const dispose = hooks[Symbol.asyncDispose] ?? hooks[Symbol.dispose];
  const isOwn = typeof dispose === 'function' && (Symbol.asyncDispose in hooks || Symbol.dispose in hooks);
  return isOwn ? new Closer(hooks, dispose, false, closing) : undefined;
}
