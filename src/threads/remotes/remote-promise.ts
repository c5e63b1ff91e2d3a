const { then } = Promise.prototype;

/** The promise of a remote call. It knows whether anybody has looked at how it ends. */
export class RemotePromise extends Promise<unknown> {
  // What is derived from it is a promise like any other.
  static override get [Symbol.species]() {
    return Promise;
  }

  #awaited = false;

  constructor(executor: ConstructorParameters<typeof Promise<unknown>>[0]) {
    super(executor);
    // Whether it was forgotten shows at the end of the task.
    void then.call(this, undefined, () => {});
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and this tells whether it is awaited
  override then<A = unknown, B = never>(
    onFulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true;
    return super.then(onFulfilled, onRejected);
  }

  /** Ends with it, and fails if it was rejected and nobody has looked. */
  async ended(): Promise<void> {
    await super.then(
      () => {},
      (error: unknown) => {
        if (!this.#awaited) throw error;
      },
    );
  }
}
