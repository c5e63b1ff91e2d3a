import { channel } from 'node:diagnostics_channel';
import { clock } from '../container/clock.js';
import { logger } from '../container/logger.js';
import { listed, seconds } from '../container/waiting.js';
import { TaskCancelledError } from '../errors.js';
import { messagesOf, stacksOf } from '../thrown.js';
import type { BackgroundOptions } from './options.js';
import type { Task } from './tasks/task.js';
import type { TaskInfo, TaskStatus } from './tasks/task-handle.js';

/**
 * What the channels `offstage:task:…` of `node:diagnostics_channel` tell of a task; on `offstage:task:start`, for each
 * attempt. A subscriber that throws disturbs no task: Node reports its error as an uncaught exception.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import { Background, inject, type TaskEndEvent } from 'offstage';
 *
 * async function greet(name: string) { return `Hello ${name}!`; }
 *
 * subscribe('offstage:task:end', (message) => {
 *   const { name, status } = message as TaskEndEvent;
 *   console.log(`${name}: ${status}`);
 * });
 * await inject((bg: Background) => bg.add(greet, 'Ada'))(); // greet: succeeded
 * ```
 */
export interface TaskEvent {
  readonly id: number;
  readonly name: string;
  readonly kind: 'async' | 'sync';
  /** Counts from 1; 0 for one that ends before it has run. */
  readonly attempt: number;
}

/** On `offstage:task:end`, once for each task, however it ends. */
export interface TaskEndEvent extends TaskEvent {
  readonly status: TaskStatus;
  /** Milliseconds from its acceptance to its end. */
  readonly duration: number;
}

/** On `offstage:task:error`, for each attempt that fails, and for a task that is given up while it waits. */
export interface TaskErrorEvent extends TaskEvent {
  readonly error: unknown;
  /** Milliseconds until the next attempt, if there is one. */
  readonly retryIn?: number;
}

/** On `offstage:task:progress`. */
export interface TaskProgressEvent extends TaskEvent {
  readonly done: number;
  readonly total?: number;
}

const started = channel('offstage:task:start');
const ended = channel('offstage:task:end');
const failed = channel('offstage:task:error');
const progressed = channel('offstage:task:progress');

export function tellStart(task: Task): void {
  if (started.hasSubscribers) started.publish(eventOf(task));
}

export function tellProgress(task: Task, progress: NonNullable<TaskInfo['progress']>): void {
  if (progressed.hasSubscribers) progressed.publish({ ...eventOf(task), ...progress });
}

/** An attempt has failed, and another one follows. */
export function tellRetry(task: Task, error: unknown, retryIn: number): void {
  const { attempt, settings } = task;
  logger('background').warn(
    `Attempt ${attempt} of ${settings.retry.attempts} of background ${kindOf(task)} task ${task.name} failed: ` +
      `${messagesOf(error)} (again in ${Math.round(retryIn)} ms)`,
  );
  if (failed.hasSubscribers) failed.publish({ ...eventOf(task), error, retryIn });
}

/**
 * A task has its last status.
 *
 * @param between whether that was between two attempts, so that the error of the last one has been told
 */
export function tellEnd(task: Task, error: unknown, between: boolean): void {
  if (task.status === 'failed' || task.status === 'timed-out') {
    logger('background').error(`Error in background ${kindOf(task)} task ${task.name}: ${messagesOf(error)}`);
    for (const stack of stacksOf(error)) logger('background').debug(stack);
  }
  if (failed.hasSubscribers && isNews(task, between)) failed.publish({ ...eventOf(task), error });
  if (ended.hasSubscribers) {
    ended.publish({ ...eventOf(task), status: task.status, duration: clock.now() - task.addedAt });
  }
}

/** Whether it has ended by an error that no attempt has told before. */
function isNews({ status }: Task, between: boolean): boolean {
  return status === 'abandoned' || ((status === 'failed' || status === 'timed-out') && !between);
}

/** Calls what the program gave for errors, which may fail itself. */
export function tellOnError(onError: BackgroundOptions['onError'], error: unknown, task: Task): void {
  if (!onError || task.status === 'succeeded' || task.status === 'cancelled') return;
  const failed = (problem: unknown) =>
    logger('background').error(`onError failed for the task ${task.name}: ${messagesOf(problem)}`);
  try {
    Promise.resolve(onError(error, task)).catch(failed); // it may be async
  } catch (problem) {
    failed(problem);
  }
}

/** An `add` was refused. */
export function tellRefused(error: unknown): void {
  if (error instanceof TaskCancelledError) return; // as the caller wanted
  logger('background').error(`A task was not accepted: ${messagesOf(error)}`);
}

export function tellWaiting(tasks: readonly Task[], waited: number): void {
  logger('background').warn(`Closing has waited ${seconds(waited)} for ${list(tasks)}`);
}

export function tellAbandoned(tasks: readonly Task[], gracePeriod: number): void {
  logger('background').error(`Closing gave up, after ${seconds(gracePeriod)}, ${list(tasks)}`);
}

function list(tasks: readonly Task[]): string {
  return `${tasks.length === 1 ? 'a task' : `${tasks.length} tasks`}:${listed(tasks, describe)}`;
}

/** A task with its state and age. */
export function describe(task: Task): string {
  const age = `added ${seconds(clock.now() - task.addedAt)} ago`;
  const by = callerOf(task.addedBy);
  const state = task.lingers ? `${task.status}, and its body still runs` : task.status;
  return `${task.name} (${state}, ${age}${by ? ` by ${by}` : ''})`;
}

/** What ends with a line and a column: what is built in has neither, as `new Promise (<anonymous>)`. */
const placed = /:\d+:\d+\)?$/;

/** The first place of a stack that is not our own. */
function callerOf(error: Error | undefined): string | undefined {
  const file: string | undefined = import.meta.url; // a bundler may leave nothing of it
  if (!file) return undefined;
  const own = new URL('..', file).href;
  const line = error?.stack
    ?.split('\n')
    .slice(1)
    .find((frame) => placed.test(frame) && !frame.includes(own) && !frame.includes('node:'));
  return line?.trim().replace(/^at /, '');
}

function kindOf({ call }: Task): 'async' | 'sync' {
  return call.async ? 'async' : 'sync';
}

function eventOf(task: Task): TaskEvent {
  return { id: task.id, name: task.name, kind: kindOf(task), attempt: task.attempt };
}
