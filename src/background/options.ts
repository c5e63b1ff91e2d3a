import { longestWait } from '../container/clock.js';
import { ArgumentError } from '../errors.js';
import { isObject } from '../values.js';
import { type Backoff, RetryPolicy } from './tasks/retry.js';
import type { TaskHandle } from './tasks/task-handle.js';

/** How a `Background` runs its tasks. */
export interface BackgroundOptions {
  /** The most async tasks that run at one time. Minimum 1; default unbounded. */
  readonly maxConcurrency?: number;
  /** The most worker threads for sync tasks. Minimum 1; default the cores that are available. */
  readonly maxWorkers?: number;
  /**
   * The most memory of each worker thread's heap, without `Buffer`s, in MiB. A task that needs more fails, unless it needs
   * that all at once: then Node ends the process. Minimum 16; default as the main thread.
   */
  readonly maxWorkerMemory?: number;
  /** The most tasks that wait for their turn: then `add` waits for room. Minimum 1; default unbounded. */
  readonly capacity?: number;
  /**
   * How long closing waits for tasks, in milliseconds: then those that have not ended are given up, their signals are
   * aborted, and their threads are ended. What tidies up then has half a second more. Default: as long as they take.
   */
  readonly gracePeriod?: number;
  /** Told of each task that fails, times out, or is given up, beside the log. */
  readonly onError?: (error: unknown, task: TaskHandle) => void;
  /**
   * What becomes of a sync function that no thread can have, since it uses variables around it: it runs on the event
   * loop, with a warning, or `add` refuses it. Default `'loop'`.
   */
  readonly closures?: 'loop' | 'reject';
  /** `false`: `add` refuses every task. Default `true`. */
  readonly enabled?: boolean;
}

/** How one task runs, for `bg.with()`. */
export interface TaskOptions {
  /**
   * The longest that an attempt may take, in milliseconds. What waits for a thread is not at work yet, nor what a thread
   * still loads, which takes 30 seconds at most; what closes after its body does not count. Default unbounded.
   */
  readonly timeout?: number;
  /** How often a task that failed is tried again. Default 0. */
  readonly retries?: number;
  /** How long to wait before that. */
  readonly backoff?: Backoff;
  /** Tasks with a higher one start earlier. Default 0. */
  readonly priority?: number;
  /** For messages, instead of the function's own. */
  readonly name?: string;
  /** Where it runs, instead of where its function says: `'thread'` means that a copy of module state will do. */
  readonly on?: 'loop' | 'thread';
  /** Cancels the task, also while `add` waits for room. */
  readonly signal?: AbortSignal;
}

/** {@link TaskOptions}, checked. Never made by a spread: all must be of one shape. */
export interface TaskSettings {
  readonly timeout: TaskOptions['timeout'] | undefined;
  readonly retry: RetryPolicy;
  readonly priority: number;
  readonly name: TaskOptions['name'] | undefined;
  readonly on: TaskOptions['on'] | undefined;
  readonly signal: TaskOptions['signal'] | undefined;
}

/** @throws ArgumentError if one of them has no meaning */
export function checkTaskOptions(options: TaskOptions): TaskSettings {
  const { timeout, retries = 0, backoff = {}, priority = 0, name, on, signal } = options;
  const check = checker('bg.with');
  check('timeout', timeout, isDuration);
  check('retries', retries, isCount(0));
  check('backoff', backoff, { holds: isObject, wants: 'an object' });
  check('backoff.initial', backoff.initial, isDuration);
  check('backoff.factor', backoff.factor, isFactor);
  check('backoff.max', backoff.max, isDuration);
  check('priority', priority, { holds: Number.isFinite, wants: 'a number' });
  check('name', name, { holds: (value) => typeof value === 'string', wants: 'a string' });
  check('on', on, isEither('loop', 'thread'));
  check('signal', signal, { holds: (value) => value instanceof AbortSignal, wants: 'an AbortSignal' });
  return { timeout, retry: new RetryPolicy(retries, backoff), priority, name, on, signal };
}

/** @throws ArgumentError if one of them has no meaning */
export function checkBackgroundOptions(options: BackgroundOptions): BackgroundOptions {
  const check = checker('new Background');
  check('maxConcurrency', options.maxConcurrency, isCount(1));
  check('maxWorkers', options.maxWorkers, isCount(1));
  // V8 cannot start with less.
  check('maxWorkerMemory', options.maxWorkerMemory, isCount(16));
  check('capacity', options.capacity, isCount(1));
  check('gracePeriod', options.gracePeriod, isDuration);
  check('onError', options.onError, { holds: (value) => typeof value === 'function', wants: 'a function' });
  check('enabled', options.enabled, { holds: (value) => typeof value === 'boolean', wants: 'true or false' });
  check('closures', options.closures, isEither('loop', 'reject'));
  return options;
}

interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly wants: string;
}

function isNumber(holds: (value: number) => boolean, wants: string): Rule {
  return { holds: (value) => typeof value === 'number' && holds(value), wants };
}

export const isDuration = isNumber(
  (value) => value >= 0 && (value <= longestWait || value === Number.POSITIVE_INFINITY),
  `milliseconds, from 0 to ${longestWait}`,
);

const isFactor = isNumber((value) => value >= 1, 'a number from 1 on');

function isCount(least: number): Rule {
  return isNumber(
    (value) => value >= least && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
    `a whole number from ${least} on`,
  );
}

function isEither(...words: readonly [string, string]): Rule {
  return {
    holds: (value) => words.some((word) => word === value),
    wants: words.map((word) => `'${word}'`).join(' or '),
  };
}

/** Checks one option after the other of a call. */
export function checker(call: string): (name: string, value: unknown, rule: Rule) => void {
  return (name, value, { holds, wants }) => {
    if (value === undefined || holds(value)) return;
    const given = typeof value === 'object' && value !== null ? 'an object' : String(value);
    throw new ArgumentError(
      `${call}({ ${name}: ${given} }): it must be ${wants}`,
      `Leave ${name} out, or pass ${wants}.`,
    );
  };
}
