import type { CallArguments } from '../container/arguments.js';
import { inject } from '../container/injection/inject.js';

/** Refuses parameters that neither a framework passes nor a container injects: primitives. */
export type Injected<P extends unknown[]> =
  [] extends CallArguments<P>
    ? unknown
    : { readonly 'a parameter that can be neither injected nor passed': never };

/**
 * A function with injected parameters, as frameworks call it: with arguments of their own, among which it looks for those
 * that its parameters name. What it drops may have any type.
 */
export function injected<A extends unknown[], P extends unknown[], R>(
  fn: (...args: P) => R,
): (...args: A) => R {
  return inject(fn) as (...args: unknown[]) => R; // checked when it is called
}
