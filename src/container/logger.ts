import type { ConsolaInstance } from 'consola';
import { messageOf } from '../thrown.js';

type Level = 'debug' | 'error' | 'info' | 'warn';
type Line = readonly [level: Level, tag: string, message: unknown];

let consola: ConsolaInstance | undefined;
/** What is said while consola loads. */
let waiting: Line[] | undefined;
let loading: Promise<void> | undefined;
/** Whether nothing can load any more. */
let exiting = false;

process.once('exit', () => {
  exiting = true;
  waiting?.splice(0).forEach(sayPlainly);
});

/** A voice of the library. It speaks through consola, which loads when there is first something to say. */
export function logger(
  tag: 'background' | 'container' = 'container',
): Record<Level, (message: unknown) => void> {
  return {
    debug: (message) => say(['debug', tag, message]),
    error: (message) => say(['error', tag, message]),
    info: (message) => say(['info', tag, message]),
    warn: (message) => say(['warn', tag, message]),
  };
}

/** Waits until all that was said can be seen. */
export async function allSaid(): Promise<void> {
  await loading;
}

/** Tells an error that nobody can be given any more. */
export function logError(error: unknown): void {
  logger().error(error);
}

function say(line: Line): void {
  if (consola) tell(consola, line);
  else if (exiting) sayPlainly(line);
  else if (waiting) waiting.push(line);
  else {
    waiting = [line];
    loading = import('consola').then(
      (loaded) => {
        consola = loaded.consola;
        waiting?.splice(0).forEach(say);
      },
      () => waiting?.splice(0).forEach(sayPlainly),
    );
  }
}

/** What consola is given of a text, in characters: it takes time that grows with the square of a line. */
const longest = 2_000;

/** The error of a response may have all of its body in it. */
function shortened(message: unknown): unknown {
  const text = typeof message === 'string' ? message : messageOf(message);
  if (text.length <= longest) return message;
  return `${text.slice(0, longest)}… (${text.length - longest} characters more)`;
}

/** What the program has set on consola may fail, or not be able to read what was thrown: that must disturb nothing. */
function tell(loaded: ConsolaInstance, [level, tag, message]: Line): void {
  try {
    // Tagged at each use, so that what a program sets on consola later holds.
    loaded.withTag(tag)[level](shortened(message));
  } catch (problem) {
    sayPlainly([level, tag, `${messageOf(message)} (and to log it failed: ${messageOf(problem)})`]);
  }
}

/** Says what would be lost where consola has not loaded in time. */
function sayPlainly([level, tag, message]: Line): void {
  if (level !== 'debug') console.error(`[${tag}]`, message);
}
