import { Latch } from '../../latch.js';

/** Counts what is in flight, so that what it may still use is closed after it. */
export class InFlight {
  readonly #changed: ((any: boolean) => void) | undefined;
  #count = 0;
  #ended: Latch | undefined;

  /** @param changed told when the first one enters, and when the last one has left */
  constructor(changed?: (any: boolean) => void) {
    this.#changed = changed;
  }

  enter(): void {
    if (this.#count++ === 0) this.#changed?.(true);
  }

  leave(): void {
    if (--this.#count > 0) return;
    this.#changed?.(false);
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
