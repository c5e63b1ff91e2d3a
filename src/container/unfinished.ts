import { Container } from './default-container.js';
import { busy } from './scopes/busy.js';

/** What has begun in this process and not ended, each by its name: tasks, and calls of the default container. */
export function unfinished(): string[] {
  const tasks = [...busy].flatMap((each) => each.names());
  return [...callsInFlight(), ...tasks];
}

/** The calls of the default container that have not ended. */
export function callsInFlight(): string[] {
  return Container.resolver.callsInFlight().map((call) => `the call of ${call}`);
}

const mostListed = 20;

/** A list for a message. */
export function listed(names: readonly string[]): string {
  const lines = names.slice(0, mostListed).map((name) => `\n  ${name}`);
  const more = names.length > mostListed ? `\n  and ${names.length - mostListed} more` : '';
  return `${lines.join('')}${more}`;
}
