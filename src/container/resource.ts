import type { InjectionScope } from './injection-scope.js';

const enter: unique symbol = Symbol('offstage.enter');
const exit: unique symbol = Symbol('offstage.exit');
/** Told before any resource of the scope closes: finish what runs, and let nothing new depend on the others. */
export const quiesce: unique symbol = Symbol('offstage.quiesce');

/**
 * The names of the two methods by which a class resource is opened and closed.
 *
 * A class may also have a standard `[Symbol.asyncDispose]()` or `[Symbol.dispose]()` instead of `exit`.
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

/** What a resource may have. */
export interface ResourceHooks {
  [Resource.enter]?(scope: InjectionScope): unknown;
  [Resource.exit]?(error?: unknown): unknown;
  [quiesce]?(): unknown;
  [Symbol.asyncDispose]?(): unknown;
  [Symbol.dispose]?(): unknown;
}

/** How a value is closed, if it can be: `exit` first, since it sees the error of the body. */
export function closerOf(value: unknown): ((error?: unknown) => unknown) | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const hooks = value as ResourceHooks; // any object may have them
  const close = hooks[Resource.exit] ?? hooks[Symbol.asyncDispose] ?? hooks[Symbol.dispose];
  return typeof close === 'function' ? close.bind(value) : undefined;
}
