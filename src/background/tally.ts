import type { EndedStatus, TaskCounts } from './tasks/task-handle.js';

/** Counts the tasks of one `Background`, and what has become of them. */
export class Tally {
  readonly #ended = { succeeded: 0, failed: 0, cancelled: 0, 'timed-out': 0, abandoned: 0 };
  #accepted = 0;
  #running = 0;

  accepted(): void {
    this.#accepted++;
  }

  /** An attempt has begun. */
  started(): void {
    this.#running++;
  }

  /** It has ended, or what it leaves behind counts no more. */
  stopped(): void {
    this.#running--;
  }

  ended(status: EndedStatus): void {
    this.#ended[status]++;
  }

  get counts(): TaskCounts {
    const { 'timed-out': timedOut, ...others } = this.#ended;
    const ended = Object.values(this.#ended).reduce((sum, count) => sum + count, 0);
    const running = this.#running;
    const waiting = this.#accepted - ended - running;
    return { accepted: this.#accepted, waiting, running, ...others, timedOut };
  }
}
