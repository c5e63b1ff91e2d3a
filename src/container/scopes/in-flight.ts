import { Latch } from '../../latch.js';

/** Counts what is in flight, so that what it may still use is closed after it. */
export class InFlight {
  #count = 0;
  #ended: Latch | undefined;

  enter(): void {
    this.#count++;
  }

  leave(): void {
    if (--this.#count > 0) return;
    this.#ended?.open();
    this.#ended = undefined; // whoever asks when there are new ones waits for those
  }

  /** Waits until all have ended; `undefined` if nothing is in flight. */
  ended(): Promise<void> | undefined {
    if (this.#count === 0) return undefined;
    this.#ended ??= new Latch();
    return this.#ended.opened;
  }
}
