import { flagOf } from '../transfer/shared-signal.js';

const overridden = ['aborted', 'reason', 'throwIfAborted'];

/** A signal of the main thread on this one. It tells the truth also to a loop that never yields. */
export class ThreadSignal {
  readonly signal: AbortSignal;
  readonly #flag: Int32Array;
  readonly #ask: () => unknown;
  readonly #controller = new AbortController();
  #reason: { readonly value: unknown } | undefined;

  /** @param ask gets the reason from the main thread */
  constructor(flag: Int32Array, ask: () => unknown) {
    this.#flag = flag;
    this.#ask = ask;
    this.signal = this.#controller.signal;
    // Node's own functions read these, too; they are the signal's own so that it stays a real one.
    Object.defineProperties(this.signal, {
      aborted: { get: () => this.#aborted, configurable: true },
      reason: { get: () => this.reason, configurable: true },
      throwIfAborted: {
        value: () => {
          if (this.#aborted) throw this.reason;
        },
        configurable: true,
      },
    });
    this.#listen();
  }

  get #aborted(): boolean {
    return Atomics.load(this.#flag, 0) === flagOf.aborted;
  }

  /** The same for every reader, fetched when it is first needed. */
  get reason(): unknown {
    if (!this.#aborted) return undefined;
    this.#reason ??= { value: this.#ask() };
    return this.#reason.value;
  }

  /** Whether this is what the signal gave as its reason. */
  gave(thrown: unknown): boolean {
    return this.#reason !== undefined && this.#reason.value === thrown;
  }

  /** No task is left to listen. Frees what waits for the flag. */
  end(): void {
    Atomics.compareExchange(this.#flag, 0, flagOf.open, flagOf.ended);
    Atomics.notify(this.#flag, 0);
  }

  /** The event comes when the task awaits something: this keeps no thread awake, and no process alive. */
  #listen(): void {
    const waiting = Atomics.waitAsync(this.#flag, 0, flagOf.open);
    const tell = () => {
      if (!this.#aborted) return;
      const { reason } = this;
      // Node aborts no signal that says it is.
      for (const property of overridden) Reflect.deleteProperty(this.signal, property);
      this.#controller.abort(reason);
    };
    if (waiting.async) void waiting.value.then(tell);
    else tell();
  }
}
