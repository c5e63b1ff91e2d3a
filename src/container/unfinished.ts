import type { Resolver } from './resolution/resolver.js';
import { busy } from './scopes/busy.js';

/** What has begun in this process and has not ended, by name: the calls of a container, and all tasks. */
export function unfinished(container: Resolver): string[] {
  const calls = container.callsInFlight().map((call) => `the call of ${call}`);
  return [...calls, ...[...busy].flatMap((each) => each.names())];
}
