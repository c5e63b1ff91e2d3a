import type { EndedStatus, TaskCounts } from './tasks/task-handle.js';

/** Counts the tasks of one `Background`, and what has become of them. */
export class Tally {
  readonly #ended = { succeeded: 0, failed: 0, cancelled: 0, 'timed-out': 0, abandoned: 0 };
  #accepted = 0;

  accepted(): void {
    this.#accepted++;
  }

  ended(status: EndedStatus): void {
    this.#ended[status]++;
  }

  /** @param running how many run at this moment */
  counts(running: number): TaskCounts {
    const { 'timed-out': timedOut, ...others } = this.#ended;
    const ended = Object.values(this.#ended).reduce((sum, count) => sum + count, 0);
    const waiting = this.#accepted - ended - running;
    return { accepted: this.#accepted, waiting, running, ...others, timedOut };
  }
}
