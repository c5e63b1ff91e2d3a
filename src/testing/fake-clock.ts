import { AsyncResource } from 'node:async_hooks';
import { type Timer, useClock } from '../container/clock.js';

/** A clock that stands still until a test moves it. Given back by `using`, or by `[Symbol.dispose]()`. */
export interface FakeClock extends Disposable {
  /** Milliseconds that it was moved. */
  readonly now: number;
  /** How many waits have begun and not ended. */
  readonly waits: number;
  /**
   * Moves it, and runs what is due on the way, in its order: between two waits, what they have begun goes on.
   *
   * @param milliseconds how far
   */
  advance(milliseconds: number): Promise<void>;
}

interface Wait extends Timer {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Has every wait of the library (timeouts, retries, grace periods, and the half second to tidy up after these) go by a
 * clock that the test moves, in the whole process. It does not touch `setTimeout` and `Date`.
 *
 * @example
 * ```ts
 * import { Background } from 'offstage';
 * import { fakeClock } from 'offstage/testing';
 * import { setTimeout } from 'node:timers/promises';
 *
 * async function slow(signal: AbortSignal) { await setTimeout(3_600_000, 'done', { signal }); }
 *
 * using clock = fakeClock();
 * const task = await new Background().with({ timeout: 60_000 }).add(slow);
 * await clock.advance(59_999);
 * console.log(task.status); // running
 * task.cancel();
 * ```
 */
export function fakeClock(): FakeClock {
  return new Standing();
}

class Standing implements FakeClock {
  now = 0;
  readonly #waits = new Set<Wait>();
  readonly #end = useClock({
    now: () => this.now,
    after: (milliseconds, run) => this.#after(milliseconds, run),
  });

  get waits(): number {
    return this.#waits.size;
  }

  #after(milliseconds: number, run: () => void): Timer {
    const wait: Wait = {
      at: this.now + milliseconds,
      run: AsyncResource.bind(run), // as a timer of Node has it
      cancel: () => void this.#waits.delete(wait),
    };
    this.#waits.add(wait);
    return wait;
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await turn();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#waits.delete(next);
      this.now = next.at;
      next.run();
      await turn();
    }
    this.now = end;
  }

  /** The earliest wait that is due; of two at the same time, the one that began first. */
  #next(end: number): Wait | undefined {
    let next: Wait | undefined;
    for (const wait of this.#waits) if (wait.at <= end && (!next || wait.at < next.at)) next = wait;
    return next;
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

/** What has begun goes on until it waits for something outside. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
