import type { InjectionScope } from './injection-scope.js';
import { currentWork } from './work.js';

/** What has a scope that calls run in: a web request, whose handlers share its resources. */
export interface ScopeBringer {
  readonly scope: InjectionScope;
  /** Told of each call in its scope, which must stay open until the call has left. */
  enter(): void;
  leave(): void;
  /** Whether this object belongs to it. */
  has(object: unknown): boolean;
  /** Whether a provider gives this object, which belongs to it. */
  gives(provider: object, object: object): boolean;
}

/** Whose object this is, of what brings a scope to the present flow. */
export function bringerOf(object: unknown): ScopeBringer | undefined {
  if (typeof object !== 'object') return undefined; // to look for the flow takes its time
  const origin = currentWork()?.origin;
  return origin?.has(object) ? origin : undefined;
}

/** Who brings the scope that a call with these arguments runs in. */
export function broughtBy(args: readonly unknown[]): ScopeBringer | undefined {
  const origin = currentWork()?.origin;
  if (origin) for (const argument of args) if (origin.has(argument)) return origin;
  return undefined;
}
