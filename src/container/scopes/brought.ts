import type { InjectionScope } from './injection-scope.js';

/** What has a scope that calls run in: a web request, whose handlers share its resources. */
export interface ScopeBringer {
  readonly scope: InjectionScope;
  /** Told of each call in its scope, which must stay open until the call has left. */
  enter(): void;
  leave(): void;
  /** Whether a provider gives this object, which belongs to it. */
  gives(provider: object, object: object): boolean;
}

/** Gives back the object that it is told to construct. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so a subclass adds its private field to it
    return object;
  }
}

/** Marks objects by a private field: nobody sees it, and it costs a thirtieth of an entry in a `WeakMap`. */
class Brought extends Given {
  #bringer: ScopeBringer | undefined;

  static mark(object: object, bringer: ScopeBringer): void {
    const brought = #bringer in object ? object : new Brought(object);
    brought.#bringer = bringer;
  }

  static bringerOf(object: object): ScopeBringer | undefined {
    return #bringer in object ? object.#bringer : undefined;
  }
}

let known = false;

/** Has calls that are given this object run in a scope that is there already, instead of one of their own. */
export function bring(object: object, bringer: ScopeBringer): void {
  Brought.mark(object, bringer);
  known = true;
}

/** Whose object this is. */
export function bringerOf(object: unknown): ScopeBringer | undefined {
  return known && typeof object === 'object' && object !== null ? Brought.bringerOf(object) : undefined;
}

/** Who brings the scope that a call with these arguments runs in. */
export function broughtBy(args: readonly unknown[]): ScopeBringer | undefined {
  for (const argument of args) {
    const bringer = bringerOf(argument);
    if (bringer) return bringer;
  }
  return undefined;
}
