/** Runs jobs as they come, at most so many at a time. */
export class Lane {
  readonly #limit: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#next();
  }

  #next(): void {
    if (this.#running >= this.#limit) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#running++;
    const done = () => {
      this.#running--;
      this.#next();
    };
    job().then(done, done);
  }
}
