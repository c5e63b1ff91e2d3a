import type { Resolver } from './resolution/resolver.js';
import { busy } from './scopes/busy.js';

/** What has begun in this process and has not ended, by name: the calls of a container, and all tasks. */
export function unfinished(container: Resolver, calls = container.calls.names()): string[] {
  return [...calls.map((call) => `the call of ${call}`), ...[...busy].flatMap((each) => each.names())];
}
