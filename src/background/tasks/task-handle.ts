/**
 * Where a task stands. It begins as `waiting`, runs, and ends in exactly one of the others; between two attempts it
 * waits again. `abandoned` is what closing gave up, since its grace period was over.
 */
export type TaskStatus = 'waiting' | 'running' | EndedStatus;

/** How a task ends. */
export type EndedStatus = 'succeeded' | 'failed' | 'cancelled' | 'timed-out' | 'abandoned';

/** A task that a `Background` has accepted. */
export interface TaskHandle<R = unknown> {
  /** Counts the tasks of this process. */
  readonly id: number;
  /** Its function's name, or the one given by `bg.with({ name })`. */
  readonly name: string;
  readonly status: TaskStatus;
  /**
   * What the task returned, or why it has failed: its own error, `TaskCancelledError`, `TaskTimeoutError`,
   * `TaskAbandonedError`. Never an unhandled rejection: errors are logged.
   */
  readonly result: Promise<R>;
  /**
   * Ends the task as `cancelled`, unless it has ended. One that waits never starts; a running one has its
   * `AbortSignal` aborted, and on a thread, if it takes none, its thread ended. Its place stays taken until its body
   * has really ended, and closing waits for that, too.
   *
   * @param reason the `cause` of the `TaskCancelledError`
   */
  cancel(reason?: unknown): void;
}

/** What `bg.tasks()` tells of a task that has not ended. */
export interface TaskInfo {
  readonly id: number;
  readonly name: string;
  /** Of a task that has ended before its body has, how it ended. */
  readonly status: TaskStatus;
  readonly on: 'loop' | 'thread';
  /** The thread that runs it. */
  readonly threadId?: number;
  /** Milliseconds since it was added. */
  readonly age: number;
  /** Milliseconds that its present attempt has been running. */
  readonly running?: number;
  /** Counts from 1; 0 as long as it has not run. */
  readonly attempt: number;
  /** What it has said by `TaskContext.progress()`. */
  readonly progress?: { readonly done: number; readonly total?: number };
}

/** How many tasks a `Background` has accepted, and what has become of them: the others add up to `accepted`. */
export interface TaskCounts {
  readonly accepted: number;
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly timedOut: number;
  readonly abandoned: number;
}
