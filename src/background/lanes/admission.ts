import { Fifo } from './fifo.js';

/** Lets in what finds room, and has the others wait in their order. */
export class Admission {
  readonly #capacity: number;
  readonly #outside = new Fifo<{ let: (() => void) | undefined }>();
  #inside = 0;

  /** @param capacity the most that may be inside */
  constructor(capacity: number) {
    this.#capacity = capacity;
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
      next.let?.();
    }
  }

  /**
   * Waits for room.
   *
   * @param enter called when there is some
   * @returns gives the place in the queue up
   */
  wait(enter: () => void): () => void {
    const waiting: { let: (() => void) | undefined } = { let: enter };
    this.#outside.push(waiting);
    return () => {
      waiting.let = undefined;
    };
  }
}
