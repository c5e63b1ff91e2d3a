/** Counts what is in flight, so that what it may still use is closed after it. */
export class InFlight {
  #count = 0;
  #ended: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  enter(): void {
    this.#count++;
  }

  leave(): void {
    if (--this.#count > 0) return;
    this.#ended?.resolve();
    this.#ended = undefined; // whoever asks when there are new ones waits for those
  }

  /** Waits until all have ended; `undefined` if nothing is in flight. */
  ended(): Promise<void> | undefined {
    if (this.#count === 0) return undefined;
    if (!this.#ended) {
      let resolve = () => {};
      const promise = new Promise<void>((settle) => {
        resolve = settle;
      });
      this.#ended = { promise, resolve };
    }
    return this.#ended.promise;
  }
}
