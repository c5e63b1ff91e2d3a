import { availableParallelism } from 'node:os';

/** How long a thread looks for what it waits for, in milliseconds, before it sleeps. */
const spinMilliseconds = 0.05;
/** How many waits at most it sleeps through before it looks again. */
const mostSkipped = 64;
/** Where threads share a core, who looks keeps away what it looks for. */
const hasCores = availableParallelism() > 1;

/**
 * Looks, without sleeping, for what another thread is about to do: to be woken takes longer than most of it. After each
 * look in vain twice as many waits go without one, so what takes long costs next to nothing more.
 */
export class SpinWait {
  #skipped = 0;
  #toSkip = 0;

  /** Looks until something has come, for a moment; `false` if it has not. */
  sees(hasCome: () => boolean): boolean {
    if (!hasCores || this.#skipped++ < this.#toSkip) return false;
    this.#skipped = 0;
    const until = performance.now() + spinMilliseconds;
    do {
      if (!hasCome()) continue;
      this.#toSkip = 0;
      return true;
    } while (performance.now() < until);
    this.#toSkip = Math.min(this.#toSkip * 2 + 1, mostSkipped);
    return false;
  }
}
