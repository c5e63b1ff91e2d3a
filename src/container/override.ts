import { logError } from './logger.js';

/** A provider that stands before another one, until it is disposed. */
export class Override implements Disposable, AsyncDisposable {
  #back: (() => Promise<void>) | undefined;

  /** @internal */
  constructor(back: () => Promise<void>) {
    this.#back = back;
  }

  /** Puts the old provider back; errors in disposing what was made of this one are logged. */
  [Symbol.dispose](): void {
    this[Symbol.asyncDispose]().catch(logError);
  }

  /** Puts the old provider back at once, and waits until what was made of this one is disposed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const back = this.#back;
    this.#back = undefined;
    await back?.();
  }
}
