import type { CallArguments } from '../container/arguments.js';
import { presentResolver } from '../container/default-container.js';
import type { Call } from '../container/injection/call.js';
import { inject } from '../container/injection/inject.js';
import { callBehind } from '../container/injection/injected-functions.js';
import { runIn } from '../container/injection/join.js';
import { FunctionBody, run } from '../container/injection/run.js';
import { RegistrationError } from '../errors.js';
import { outsideRequests } from './after.js';
import { currentRequest, type WebRequest } from './web-request.js';

/** What a framework passes need not have a type. */
type Typed<P extends unknown[]> = { [K in keyof P]: unknown extends P[K] ? object : P[K] };

/** Refuses parameters that neither a framework passes nor a container injects: primitives. */
export type Injected<P extends unknown[]> =
  [] extends CallArguments<Typed<P>>
    ? unknown
    : { readonly 'a parameter that can be neither injected nor passed': never };

/**
 * A function with injected parameters, as frameworks call it: with arguments of their own, of which it takes what neither
 * its request nor the container gives. What it drops may have any type. It runs in the flow of its request.
 *
 * @param requestOf finds our request by these arguments
 * @param Body how it is called
 * @param failsRequest whether its error is that of its request; else the framework tells which one is
 */
export function injected<A extends unknown[], P extends unknown[], R>(
  fn: (...args: P) => R,
  requestOf: (...args: A) => WebRequest | undefined,
  Body: typeof FunctionBody = FunctionBody,
  failsRequest = true,
): (...args: A) => R {
  if (typeof fn !== 'function') {
    throw new RegistrationError(
      'handler() was given no function',
      'Write handler(fn), or handler(inject([A, B], fn)) to name tokens.',
    );
  }
  // What is injected already has its types, maybe by hand. Arguments are checked when it is called.
  const injectedFn = (callBehind(fn) ? fn : inject(fn)) as (...args: unknown[]) => unknown;
  const call = callBehind(injectedFn) as Call; // it is there by now

  async function callAfter(
    loading: Promise<unknown>,
    request: WebRequest,
    self: unknown,
    args: A,
  ): Promise<unknown> {
    await loading;
    return callIn(request, self, args);
  }

  function callIn(request: WebRequest, self: unknown, args: A): unknown {
    const resolver = presentResolver();
    resolver.beforeUse?.();
    const loading = call.loadFor(resolver, args.length);
    if (loading) return callAfter(loading, request, self, args);
    const bound = call.planFor(resolver, args.length).bindFor(request, args);
    const body = new Body(call.fn, self);
    // Frameworks wait for promises, and may answer an error unseen.
    return request.isOpenTo(resolver)
      ? runIn(request, call, bound, body, true, failsRequest ? request : undefined)
      : run(call, bound, resolver, body, true, false); // its client has gone, or another container resolves
  }

  return function handle(this: unknown, ...args: A): R {
    const request = requestOf(...args);
    if (!request) {
      const present = currentRequest();
      if (!present) throw outsideRequests(call.describe());
      return noting(present, () => Reflect.apply(injectedFn, this, args)) as R; // that of fn, or a promise of it
    }
    const result = request.isPresent
      ? callIn(request, this, args)
      : request.run(() => callIn(request, this, args));
    return result as R; // the same
  };
}

/** Tells a request of an error that may become its answer: of an application within another one, nobody else does. */
function noting(request: WebRequest, run: () => unknown): unknown {
  try {
    const result = run();
    if (result instanceof Promise) result.catch((error: unknown) => request.note(error));
    return result;
  } catch (error) {
    request.note(error);
    throw error;
  }
}
