import type { Resolver } from './resolution/resolver.js';
import { busy } from './scopes/busy.js';

/** What has begun in this process and has not ended, by name: the calls of a container, and all tasks. */
export function unfinished(container: Resolver): string[] {
  return [...callsInFlight(container), ...[...busy].flatMap((each) => each.names())];
}

/** The calls of a container that have not ended. */
export function callsInFlight(container: Resolver): string[] {
  return container.callsInFlight().map((call) => `the call of ${call}`);
}
