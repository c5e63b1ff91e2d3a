import { busy } from './scopes/busy.js';

/** What has begun in this process and has not ended, by name: calls, and all tasks. */
export function unfinished(calls: readonly string[]): string[] {
  return [...calls.map((call) => `the call of ${call}`), ...[...busy].flatMap((each) => each.names())];
}
