import { clock, type Timer } from './clock.js';

const milliseconds = 30_000;

/** Says from time to time that something is still waited for, until it is there. */
export function withReminder<T>(waiting: Promise<T>, remind: (waited: number) => void): Promise<T> {
  const began = clock.now();
  let timer: Timer;
  const wait = () => {
    timer = clock.after(milliseconds, next, false);
  };
  const next = () => {
    remind(clock.now() - began);
    wait();
  };
  wait();
  return waiting.finally(() => timer.cancel());
}

/** A duration for a message. */
export function seconds(duration: number): string {
  return `${(duration / 1_000).toFixed(1)} s`;
}

const mostListed = 20;

/** A list for a message, which names the first of many. */
export function listed<T>(items: readonly T[], name: (item: T) => string = String): string {
  const lines = items.slice(0, mostListed).map((item) => `\n  ${name(item)}`);
  const more = items.length > mostListed ? `\n  and ${items.length - mostListed} more` : '';
  return `${lines.join('')}${more}`;
}
