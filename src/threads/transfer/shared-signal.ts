import { onAbort } from '../../abort-listeners.js';

/** What the flag of a signal says. */
export const flagOf = { open: 0, aborted: 1, ended: 2 } as const;

/** On the main thread: tells a thread by a shared flag that a signal has aborted. */
export class SharedSignal {
  readonly flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #forget: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    if (signal.aborted) this.#tell();
    else this.#forget = onAbort(signal, () => this.#tell());
  }

  #tell(): void {
    Atomics.store(this.flag, 0, flagOf.aborted);
    Atomics.notify(this.flag, 0);
  }

  /** Tells no more. */
  end(): void {
    this.#forget?.();
  }
}
