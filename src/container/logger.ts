import type { ConsolaInstance } from 'consola';
import { Fifo } from '../fifo.js';
import { messageOf } from '../thrown.js';
import { setImmediate } from '../timers.js';

type Level = 'debug' | 'error' | 'info' | 'warn';
type Line = readonly [level: Level, tag: string, message: unknown];

let consola: ConsolaInstance | undefined;
/** What waits until consola has loaded, or for the next turn of the event loop. */
const waiting = new Fifo<Line>();
let loading: Promise<void> | undefined;
/** How many lines are said in one turn: to format one takes up to 0.3 ms, and ten thousand tasks may fail at once. */
const linesOfATurn = 50;
let said = 0;
let turn: NodeJS.Immediate | undefined;
/** Whether there is no other turn, and nothing can load any more. */
let exiting = false;

process.once('exit', () => {
  exiting = true;
  sayWaiting();
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
  while (waiting.first) await new Promise(setImmediate);
}

/** Tells an error that nobody can be given any more. */
export function logError(error: unknown): void {
  logger().error(error);
}

function say(line: Line): void {
  loading ??= import('consola').then(
    (loaded) => {
      consola = loaded.consola;
      sayWaiting();
    },
    () => {
      exiting = true;
      sayWaiting();
    },
  );
  waiting.push(line);
  if (consola || exiting) sayWaiting();
}

/** Says what waits, in its order, as far as this turn of the event loop has time for it. */
function sayWaiting(): void {
  for (let line = waiting.first; line; line = waiting.first) {
    if (said === linesOfATurn && !exiting) break;
    waiting.shift();
    // As consola would see by itself, after much work.
    if (line[0] === 'debug' && consola && consola.level < debugLevel) continue;
    if (consola) tell(consola, line);
    else sayPlainly(line);
    said++;
  }
  if (exiting) return;
  turn ??= setImmediate(nextTurn);
  // Nothing is to be lost, but a turn that has nothing to say keeps no process alive.
  if (waiting.first) turn.ref();
  else turn.unref();
}

function nextTurn(): void {
  turn = undefined;
  said = 0;
  if (waiting.first) sayWaiting();
}

/** From which level on consola says what is for debugging. */
const debugLevel = 4;

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
