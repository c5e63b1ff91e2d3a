import { logger } from '../../container/logger.js';
import type { Callable } from '../../container/resolution/call-plan.js';
import { otherPlatform } from '../../platform.js';
import { declarationOf } from '../../reflection/declare.js';
import { positionOf } from '../../reflection/parameters.js';
import { copyOf, type TaskLocation } from '../../threads/task.js';

/** What to do with a function of which a thread would have a copy of its state. */
const choice =
  "Pass what it needs as arguments, or say what you mean: bg.with({ on: 'thread' }) for a copy, or { on: 'loop' }.";

/** What to do with a function that no thread can have. */
export function wayToThread(fn: Callable): string {
  const isUnbundled = declarationOf(fn)?.module.startsWith('file:');
  const bundles = isUnbundled
    ? ''
    : " Bundles of webpack and Rspack have no threads: say { on: 'loop' } there.";
  return `Move it to the top level of a module and pass what it needs as arguments, or name it by task(import.meta.url, 'name', fn).${bundles}`;
}

/** Code on a thread waits for the main thread where it uses a remote. */
const whyNoThreads = {
  bun: 'threads of bun cannot wait for the main thread',
  deno: 'threads of deno cannot wait for the main thread',
  workerd: "Cloudflare's Workers have no threads",
};

/** By their places: a closure made in a loop is another function each time. */
const told = new Set<string>();
let platformTold = false;

/** Says once of a sync function why it does not run on a thread, and of a platform without such threads. */
export function tellWhyOnLoop(fn: Callable, location: TaskLocation | undefined): void {
  if (otherPlatform) {
    if (!platformTold) logger().warn(`Sync tasks run on the event loop: ${whyNoThreads[otherPlatform]}.`);
    platformTold = true;
    return;
  }
  const place = positionOf(fn);
  const one = `${fn.name} ${place ?? String(fn)}`;
  if (told.has(one)) return;
  told.add(one);
  logger().warn(
    `${fn.name || 'anonymous'}${place ? ` (${place})` : ''} runs on the event loop: ${whyOnLoop(location)}. ${copyOf(fn) ? choice : wayToThread(fn)}`,
  );
}

export function whyOnLoop(location: TaskLocation | undefined): string {
  return location && 'captures' in location
    ? `it uses ${location.captures.join(', ')}, of which a thread would see a copy`
    : 'a worker thread has no way to find it';
}
