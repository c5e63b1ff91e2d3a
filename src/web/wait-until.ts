import { logError } from '../container/logger.js';
import { otherPlatform } from '../platform.js';

/** A platform that ends a function with its response, unless it was told what to wait for. */
export interface Platform {
  waitUntil?(promise: Promise<unknown>): void;
}

/** Where Vercel gives what belongs to the present request: `@vercel/functions` reads it, too. */
const place: unique symbol = Symbol.for('@vercel/request-context');

/** That of Cloudflare's Workers. It is asked for, since what is built for Node must not import it. */
const workers: Platform | undefined =
  otherPlatform === 'workerd' ? process.getBuiltinModule('cloudflare:workers') : undefined;

interface Global {
  readonly [place]?: { get?(): Platform | undefined };
}

/**
 * Has the platform wait for work.
 *
 * @param own the one that the request came with. Default: the one that runs this
 */
export function keepAlive(work: { readonly over: Promise<void> }, own?: Platform): void {
  const vercel = (globalThis as Global)[place]; // nothing else declares it
  if (!own && !workers && !vercel) return;
  try {
    const platform = own ?? workers ?? vercel?.get?.();
    platform?.waitUntil?.(work.over);
  } catch (error) {
    logError(error); // the work goes on for as long as the platform lets it
  }
}
