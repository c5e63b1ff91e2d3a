/** Where a task stands. */
export type TaskStatus = 'waiting' | 'running' | 'succeeded' | 'failed';

/** A task that a `Background` has accepted. */
export class TaskHandle<R = unknown> {
  readonly id: number;
  readonly name: string;
  /** What the task returned, or threw. Never an unhandled rejection: the error is logged. */
  readonly result: Promise<R>;
  #status: TaskStatus = 'waiting';
  readonly #resolve: (value: R) => void;
  readonly #reject: (error: unknown) => void;

  /** @internal */
  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
    let settle: [(value: R) => void, (error: unknown) => void] | undefined;
    this.result = new Promise<R>((resolve, reject) => {
      settle = [resolve, reject];
    });
    this.result.catch(() => {});
    [this.#resolve, this.#reject] = settle as [(value: R) => void, (error: unknown) => void]; // set by the executor, at once
  }

  get status(): TaskStatus {
    return this.#status;
  }

  /** @internal Runs the body once and keeps how it ended. */
  async run(body: () => Promise<unknown>): Promise<{ error: unknown } | undefined> {
    this.#status = 'running';
    try {
      const value = await body();
      this.#status = 'succeeded';
      this.#resolve(value as R); // the body is the task's own function
      return undefined;
    } catch (error) {
      this.#status = 'failed';
      this.#reject(error);
      return { error };
    }
  }
}
