/** What the flag of a signal says. */
export const flagOf = { open: 0, aborted: 1, ended: 2 } as const;

/** On the main thread: tells a thread by a shared flag that a signal has aborted. */
export class SharedSignal {
  readonly flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #signal: AbortSignal;
  readonly #tell = () => {
    Atomics.store(this.flag, 0, flagOf.aborted);
    Atomics.notify(this.flag, 0);
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    if (signal.aborted) this.#tell();
    else signal.addEventListener('abort', this.#tell, { once: true });
  }

  /** Tells no more. */
  end(): void {
    this.#signal.removeEventListener('abort', this.#tell);
  }
}
