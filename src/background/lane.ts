import { Fifo } from './fifo.js';
import { Heap } from './heap.js';

/** What waits for a place in a {@link Lane}. */
export interface Waiting {
  readonly priority: number;
  /** Whether it still wants to run: what was cancelled is passed over. */
  readonly isWaiting: boolean;
  start(): void;
}

/** Starts what comes: by priority, then in order, at most so many at a time. */
export class Lane {
  readonly #limit: number;
  /** What waits, by priority. */
  readonly #queues = new Map<number, Fifo<Waiting>>();
  readonly #priorities = new Heap();
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
    let queue = this.#queues.get(priority);
    if (!queue) {
      queue = new Fifo();
      this.#queues.set(priority, queue);
      this.#priorities.add(priority);
    }
    return queue;
  }

  #shift(): Waiting | undefined {
    const { greatest } = this.#priorities;
    if (greatest === undefined) return undefined;
    const next = this.#queues.get(greatest)?.shift();
    if (next) return next;
    this.#queues.delete(greatest);
    this.#priorities.removeGreatest();
    return this.#shift();
  }
}
