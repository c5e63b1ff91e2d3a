import type { InjectionScope } from './injection-scope.js';
import { currentWork } from './work.js';

/** What a flow began with that has a scope for its calls: a web request, whose handlers share its resources. */
export abstract class Origin {
  /** Opened when somebody asks. */
  abstract readonly scope: InjectionScope;
  /** Whether calls that resolve from this container can still run in its scope. */
  abstract isOpenTo(resolver: object): boolean;
  /** Told of each call in its scope, which must stay open until the call has left. */
  abstract enter(): void;
  abstract leave(): void;
  /** Whether this object belongs to it. */
  abstract has(object: unknown): boolean;
  /** The one of its objects that this provider stands for. */
  abstract give(provider: object): object | undefined;
}

/** What the present flow began with. */
export function presentOrigin(): Origin | undefined {
  const origin = currentWork()?.origin;
  return origin instanceof Origin ? origin : undefined;
}

/** What the present flow began with, if this object belongs to it. */
export function originOf(object: unknown): Origin | undefined {
  if (typeof object !== 'object') return undefined; // to look for the flow takes its time
  const origin = presentOrigin();
  return origin?.has(object) ? origin : undefined;
}

/** The same, if any of these does. */
export function originOfAny(objects: readonly unknown[]): Origin | undefined {
  const origin = presentOrigin();
  if (origin) for (const object of objects) if (origin.has(object)) return origin;
  return undefined;
}
