import { Fifo } from './fifo.js';

/** What waits for a place in a {@link Lane}. */
export interface Waiting {
  readonly priority: number;
  /** Whether it still wants to run: what was cancelled is passed over. */
  readonly isWaiting: boolean;
  start(): void;
}

interface Queue {
  readonly priority: number;
  readonly fifo: Fifo<Waiting>;
}

/** Starts what comes: by priority, then in order, at most so many at a time. */
export class Lane {
  readonly #limit: number;
  /** Highest priority first. Most lanes have one. */
  readonly #queues: Queue[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the next one starts at once. */
  get hasPlace(): boolean {
    return this.#running < this.#limit;
  }

  /** Starts it, now or when a place is free. */
  push(waiting: Waiting): void {
    if (this.hasPlace) this.#start(waiting);
    else this.#queueOf(waiting.priority).push(waiting);
  }

  /** One that was started has ended. */
  leave(): void {
    this.#running--;
    while (this.hasPlace) {
      const next = this.#shift();
      if (!next) return;
      if (next.isWaiting) this.#start(next);
    }
  }

  #start(waiting: Waiting): void {
    this.#running++;
    waiting.start();
  }

  #queueOf(priority: number): Fifo<Waiting> {
    const at = this.#queues.findIndex((queue) => queue.priority <= priority);
    const found = this.#queues[at];
    if (found?.priority === priority) return found.fifo;
    const queue = { priority, fifo: new Fifo<Waiting>() };
    this.#queues.splice(at < 0 ? this.#queues.length : at, 0, queue);
    return queue.fifo;
  }

  #shift(): Waiting | undefined {
    for (let queue = this.#queues[0]; queue; queue = this.#queues[0]) {
      const next = queue.fifo.shift();
      if (next) return next;
      this.#queues.shift();
    }
    return undefined;
  }
}
