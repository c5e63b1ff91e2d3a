import { longestWait } from '../../container/clock.js';

/** How long to wait before each further attempt: a random part of a time that grows. */
export interface Backoff {
  /** The most to wait before the second attempt, in milliseconds. Default 1,000. */
  readonly initial?: number;
  /** How many times longer each further wait may be. Minimum 1; default 2. */
  readonly factor?: number;
  /** The most to wait before any attempt, in milliseconds. Default 60,000. */
  readonly max?: number;
}

/** How often, and when, what has failed is tried again. */
export class RetryPolicy {
  readonly #retries: number;
  readonly #backoff: Required<Backoff>;

  /** @param retries the attempts after the first one; 0 for none */
  constructor(retries: number, { initial = 1_000, factor = 2, max = 60_000 }: Backoff) {
    this.#retries = retries;
    this.#backoff = { initial, factor, max };
  }

  /** The attempts in all. */
  get attempts(): number {
    return this.#retries + 1;
  }

  /**
   * The wait after a failed attempt; `undefined` if it was the last one. Anything from 0 to the full time ("full
   * jitter"), so that what failed together does not come back together.
   *
   * @param attempt counts from 1
   */
  delayAfter(attempt: number): number | undefined {
    if (attempt > this.#retries) return undefined;
    const { initial, factor, max } = this.#backoff;
    const grown = initial * factor ** (attempt - 1) || 0; // nothing times infinity is no number
    return Math.random() * Math.min(max, longestWait, grown);
  }
}
