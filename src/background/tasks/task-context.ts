import type { TaskInfo } from './task-handle.js';

/** What a task knows of itself: taken as a parameter, as any dependency. */
export class TaskContext {
  readonly id: number;
  readonly name: string;
  /** Counts from 1: greater where the task is tried again. */
  readonly attempt: number;
  readonly #report: (progress: NonNullable<TaskInfo['progress']>) => void;

  /** @internal */
  constructor(
    { id, name, attempt }: { readonly id: number; readonly name: string; readonly attempt: number },
    report: (progress: NonNullable<TaskInfo['progress']>) => void,
  ) {
    this.id = id;
    this.name = name;
    this.attempt = attempt;
    this.#report = report;
  }

  /**
   * Says how far the task is: to `bg.tasks()`, and on the channel `offstage:task:progress`.
   *
   * @param done in any unit
   * @param total in the same unit
   */
  progress(done: number, total?: number): void {
    this.#report(total === undefined ? { done } : { done, total });
  }
}
