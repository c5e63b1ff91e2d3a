import type { CallArguments } from '../container/arguments.js';
import { inject } from '../container/injection/inject.js';
import { requestOf } from './kept-request.js';

/** Refuses parameters that neither a framework passes nor a container injects: primitives. */
export type Injected<P extends unknown[]> =
  [] extends CallArguments<P>
    ? unknown
    : { readonly 'a parameter that can be neither injected nor passed': never };

/**
 * A function with injected parameters, as frameworks call it: with arguments of their own, among which it looks for those
 * that its parameters name. What it drops may have any type. It runs in the flow of its request.
 *
 * @param keeperOf what has our request, of these arguments
 */
export function injected<A extends unknown[], P extends unknown[], R>(
  fn: (...args: P) => R,
  keeperOf: (...args: A) => object,
): (...args: A) => R {
  const call = inject(fn) as (...args: unknown[]) => R; // checked when it is called
  return function handle(this: unknown, ...args: A): R {
    const request = requestOf(keeperOf(...args));
    if (!request || request.isPresent) return Reflect.apply(call, this, args);
    return request.run(() => Reflect.apply(call, this, args));
  };
}
