import { availableParallelism } from 'node:os';

/** How long a worker thread looks for what it waits for, in milliseconds, before it sleeps. */
const workerMilliseconds = 0.05;
/** How many waits at most it sleeps through before it looks again. */
const mostSkipped = 64;
/** Where threads share a core, who looks keeps away what it looks for. */
const hasCores = availableParallelism() > 1;

/**
 * Looks, without sleeping, for what another thread is about to do: to be woken takes longer than most of it. After each
 * look in vain twice as many waits go without one, so what takes long costs next to nothing more.
 */
export class SpinWait {
  readonly #milliseconds: number;
  #skipped = 0;
  #toSkip = 0;

  /** @param milliseconds how long it looks before it gives up */
  constructor(milliseconds = workerMilliseconds) {
    this.#milliseconds = milliseconds;
  }

  /** Looks until something has come, for a moment; `false` if it has not. */
  sees(hasCome: () => boolean): boolean {
    if (!hasCores || this.#skipped++ < this.#toSkip) return false;
    this.#skipped = 0;
    const until = performance.now() + this.#milliseconds;
    do {
      if (!hasCome()) continue;
      this.#toSkip = 0;
      return true;
    } while (performance.now() < until);
    this.#toSkip = Math.min(this.#toSkip * 2 + 1, mostSkipped);
    return false;
  }
}
