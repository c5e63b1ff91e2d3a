import { AsyncLocalStorage } from 'node:async_hooks';
import type { Resolver } from '../resolution/resolver.js';

/** Set by the first `resolver.run()`: before that nobody pays for the look-up. */
export let ambient: AsyncLocalStorage<Resolver> | undefined;

/** Runs a body in whose asynchronous flow injected functions resolve from this resolver. */
export function runWith<T>(resolver: Resolver, body: () => T): T {
  ambient ??= new AsyncLocalStorage();
  return ambient.run(resolver, body);
}
