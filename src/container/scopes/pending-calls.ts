import { type Linked, LinkedList } from '../../linked-list.js';
import type { InFlight } from './in-flight.js';

interface Described {
  describe(): string;
}

/** Injected calls without a scope, of which only their promises tell that they have not ended. */
export class PendingCalls {
  readonly #inFlight: InFlight;
  readonly #pending = new LinkedList<CallsOfOne>();
  readonly #known = new WeakMap<Described, CallsOfOne>();

  /** @param inFlight counts them */
  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight;
  }

  /** Those of one function. */
  of(call: Described): CallsOfOne {
    let calls = this.#known.get(call);
    if (!calls) {
      calls = new CallsOfOne(call, this.#inFlight, this.#pending);
      this.#known.set(call, calls);
    }
    return calls;
  }

  /** Waits until all have ended; `undefined` if none is pending. */
  ended(): Promise<void> | undefined {
    return this.#inFlight.ended();
  }

  /** The functions, for messages. */
  names(): string[] {
    return [...this.#pending].map(({ call }) => call.describe());
  }
}

class CallsOfOne implements Linked {
  before: Linked | undefined;
  after: Linked | undefined;
  readonly call: Described;
  readonly #inFlight: InFlight;
  readonly #pending: LinkedList<CallsOfOne>;
  #count = 0;
  // Made once: closures for each call would cost as much as the rest of it.
  readonly #kept = (value: unknown) => {
    this.#leave();
    return value;
  };
  readonly #broken = (error: unknown) => {
    this.#leave();
    throw error;
  };

  constructor(call: Described, inFlight: InFlight, pending: LinkedList<CallsOfOne>) {
    this.call = call;
    this.#inFlight = inFlight;
    this.#pending = pending;
  }

  /** Counts a call until what it has returned settles. What is no plain promise may have more to it, and stays as it is. */
  follow(returned: unknown): unknown {
    if (!(returned instanceof Promise) || Object.getPrototypeOf(returned) !== Promise.prototype)
      return returned;
    if (this.#count++ === 0) this.#pending.enter(this);
    this.#inFlight.enter();
    return returned.then(this.#kept, this.#broken);
  }

  #leave(): void {
    if (--this.#count === 0) this.#pending.leave(this);
    this.#inFlight.leave();
  }
}
