import { logError } from '../container/logger.js';

/** A platform that ends a function with its response, unless it was told what to wait for. */
export interface Platform {
  waitUntil?(promise: Promise<unknown>): void;
}

/** Where Vercel gives what belongs to the present request: `@vercel/functions` reads it, too. */
const place: unique symbol = Symbol.for('@vercel/request-context');

interface Global {
  readonly [place]?: { get?(): Platform | undefined };
}

/**
 * Has the platform wait for work.
 *
 * @param own the one that the request came with. Default: Vercel, where it runs this
 */
export function keepAlive(work: { readonly over: Promise<void> }, own?: Platform): void {
  const vercel = (globalThis as Global)[place]; // nothing else declares it
  if (!own && !vercel) return;
  try {
    const platform = own ?? vercel?.get?.();
    platform?.waitUntil?.(work.over);
  } catch (error) {
    logError(error); // the work goes on for as long as the platform lets it
  }
}
