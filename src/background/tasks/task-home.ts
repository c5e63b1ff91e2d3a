import type { Work } from '../../container/scopes/work.js';

/** Where tasks live: what a task tells, and asks of, the `Background` that has accepted it. */
export interface TaskHome<T> {
  /** Around it: the task in whose call it was opened. */
  readonly outer: Work | undefined;
  /** The container that waits for what has opened it, or the singleton that it is. */
  readonly heldBy: object | undefined;
  /** Whether attempts are spans of OpenTelemetry. */
  readonly traced: boolean;
  /** Whether `closer` closes only when the tasks have ended. */
  isAwaitedBy(closer: object): boolean;
  /**
   * Runs its function on a thread.
   *
   * @param terminate ends it, whatever it does
   * @param withdraw takes it back before a thread has begun it
   */
  onThread(
    task: T,
    args: readonly unknown[],
    terminate: AbortSignal,
    withdraw: AbortSignal | undefined,
  ): Promise<unknown>;
  started(task: T): void;
  /** The body of an attempt has ended: another task may run. */
  placeFree(task: T): void;
  /** An attempt has failed, and another one follows. */
  failed(task: T, error: unknown, delay: number): void;
  /** The wait before another attempt is over. */
  again(task: T): void;
  /**
   * It has its last status.
   *
   * @param before what it had before
   */
  ended(task: T, error: unknown, before: 'waiting' | 'running'): void;
  /** Nothing of it runs any more. */
  over(task: T): void;
}

/** Where a thread has a task that it may begin at any moment. */
export interface Ahead {
  /** Has the task told of what the thread has done by now. */
  look(): void;
  /** Has the thread leave it; one that runs ends with its thread. */
  end(reason: unknown): void;
}
