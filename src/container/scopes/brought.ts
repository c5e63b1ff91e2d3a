import type { InjectionScope } from './injection-scope.js';

/** What has a scope that calls run in: a web request, whose handlers share its resources. */
export interface ScopeBringer {
  readonly scope: InjectionScope;
  /** Told of each call in its scope, which must stay open until the call has left. */
  enter(): void;
  leave(): void;
}

const bringers = new WeakMap<object, ScopeBringer>();
let known = false;

/** Has calls that are given this object run in a scope that is there already, instead of one of their own. */
export function bring(object: object, bringer: ScopeBringer): void {
  bringers.set(object, bringer);
  known = true;
}

/** Whose object this is. */
export function bringerOf(object: unknown): ScopeBringer | undefined {
  return typeof object === 'object' && object !== null ? bringers.get(object) : undefined;
}

/** Who brings the scope that a call with these arguments runs in. */
export function broughtBy(args: readonly unknown[]): ScopeBringer | undefined {
  if (!known) return undefined;
  for (const argument of args) {
    const bringer = bringerOf(argument);
    if (bringer) return bringer;
  }
  return undefined;
}
