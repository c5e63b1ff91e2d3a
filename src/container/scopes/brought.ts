import type { InjectionScope } from './injection-scope.js';
import { currentWork } from './work.js';

/** What has a scope that calls run in: a web request, whose handlers share its resources. */
export abstract class ScopeBringer {
  abstract readonly scope: InjectionScope;
  /** Told of each call in its scope, which must stay open until the call has left. */
  abstract enter(): void;
  abstract leave(): void;
  /** Whether this object belongs to it. */
  abstract has(object: unknown): boolean;
  /** Whether a provider gives this object, which belongs to it. */
  abstract gives(provider: object, object: object): boolean;
}

/** What brings a scope to the present flow. */
function presentBringer(): ScopeBringer | undefined {
  const origin = currentWork()?.origin;
  return origin instanceof ScopeBringer ? origin : undefined;
}

/** Whose object this is, of what brings a scope to the present flow. */
export function bringerOf(object: unknown): ScopeBringer | undefined {
  if (typeof object !== 'object') return undefined; // to look for the flow takes its time
  const bringer = presentBringer();
  return bringer?.has(object) ? bringer : undefined;
}

/** Who brings the scope that a call with these arguments runs in. */
export function broughtBy(args: readonly unknown[]): ScopeBringer | undefined {
  const bringer = presentBringer();
  if (bringer) for (const argument of args) if (bringer.has(argument)) return bringer;
  return undefined;
}
