/** Counts the injected calls in flight, so that what they may still use is disposed after them. */
export class OpenCalls {
  #open = 0;
  #ended: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  enter(): void {
    this.#open++;
  }

  leave(): void {
    if (--this.#open === 0) this.#ended?.resolve();
  }

  /** Waits until all have ended. */
  ended(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
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
