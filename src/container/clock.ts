/** Something that happens later, unless it is cancelled. */
export interface Timer {
  cancel(): void;
}

/** Where every wait of the library begins, so that tests can drive it. Times are in milliseconds. */
interface Clock {
  /** Counts from any moment on, and never goes back. */
  now(): number;
  /** @param keepsAlive whether the process waits for it */
  after(milliseconds: number, run: () => void, keepsAlive?: boolean): Timer;
}

/** More would overflow Node's timers, which then run at once. */
export const longestWait = 2 ** 31 - 1;

class Timeout implements Timer {
  readonly #timeout: NodeJS.Timeout;
  constructor(milliseconds: number, run: () => void, keepsAlive: boolean) {
    this.#timeout = setTimeout(run, milliseconds);
    if (!keepsAlive) this.#timeout.unref();
  }
  cancel(): void {
    clearTimeout(this.#timeout);
  }
}

const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run, keepsAlive = true) => new Timeout(milliseconds, run, keepsAlive),
};

/** The clock of this process. */
export let clock = systemClock;

const others: Clock[] = [];

/**
 * Sets another clock.
 *
 * @returns takes it away: then the one that came before it is the clock
 */
export function useClock(other: Clock): () => void {
  others.push(other);
  clock = other;
  return () => {
    const index = others.indexOf(other);
    if (index >= 0) others.splice(index, 1);
    clock = others.at(-1) ?? systemClock;
  };
}
