import { Fifo } from './fifo.js';

/** One that waits for room. */
interface Outsider<T> {
  /** None if it has been refused meanwhile. */
  coming: T | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Lets in what finds room, and has the others wait outside, in their order. */
export class Admission<T> {
  readonly #capacity: number;
  readonly #letIn: (coming: T) => void;
  readonly #outside = new Fifo<Outsider<T>>();
  readonly #outsiders = new Map<T, Outsider<T>>();
  #inside = 0;

  /** @param capacity the most that may be inside */
  constructor(capacity: number, letIn: (coming: T) => void) {
    this.#capacity = capacity;
    this.#letIn = letIn;
  }

  /** Whether the next one needs not wait. */
  get hasRoom(): boolean {
    return this.#inside < this.#capacity;
  }

  enter(): void {
    this.#inside++;
  }

  leave(): void {
    this.#inside--;
    while (this.hasRoom) {
      const next = this.#outside.shift();
      if (!next) return;
      if (next.coming === undefined) continue;
      this.#outsiders.delete(next.coming);
      this.#letIn(next.coming);
      next.resolve();
    }
  }

  /** Waits until it has been let in. */
  wait(coming: T): Promise<void> {
    return new Promise((resolve, reject) => {
      const outsider = { coming, resolve, reject };
      this.#outside.push(outsider);
      this.#outsiders.set(coming, outsider);
    });
  }

  /** Keeps one outside until something has happened. */
  hold(coming: T, until: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#outsiders.set(coming, { coming, resolve, reject });
      until
        .finally(() => this.#outsiders.delete(coming)) // first, since it may have to wait for room now
        .then(() => resolve(), reject);
    });
  }

  /**
   * Has one that waits outside go: its wait fails.
   *
   * @returns whether it was outside
   */
  refuse(coming: T, error: unknown): boolean {
    const outsider = this.#outsiders.get(coming);
    if (!outsider) return false;
    this.#outsiders.delete(coming);
    outsider.coming = undefined;
    outsider.reject(error);
    return true;
  }
}
