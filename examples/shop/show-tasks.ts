import { subscribe } from 'node:diagnostics_channel';
import type { TaskEndEvent, TaskEvent } from 'offstage';

/** Prints a line when a task starts, and one when it ends. */
export function showTasks(): void {
  subscribe('offstage:task:start', (message) => {
    const { name, kind } = message as TaskEvent; // as the channel promises
    console.log(`  ${name} starts on ${kind === 'sync' ? 'a thread' : 'the event loop'}`);
  });
  subscribe('offstage:task:end', (message) => {
    const { name, status, duration } = message as TaskEndEvent; // as the channel promises
    console.log(`  ${name} ${status} after ${Math.round(duration)} ms`);
  });
}
