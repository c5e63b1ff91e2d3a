import { Fifo } from '../../fifo.js';
import { Heap } from './heap.js';

/** Fewer that wait no more are left where they are. */
const leastSwept = 1_024;

/** What waits for a place in a {@link Lane}. */
export interface Waiting {
  readonly priority: number;
  /** Whether it still wants to run: what was cancelled is passed over. */
  readonly isWaiting: boolean;
  start(): void;
}

/** Starts what comes: by priority, then in order, at most so many at a time. */
export class Lane<T extends Waiting> {
  readonly #limit: number;
  readonly #begin: (waiting: T) => void;
  readonly #refills: readonly (() => void)[];
  /** What waits, by priority. */
  readonly #queues = new Map<number, Fifo<T>>();
  readonly #priorities = new Heap();
  #running = 0;
  /** How many are in the queues. */
  #queued = 0;
  /** How many of them wait no more, since they were last swept out. */
  #gone = 0;

  /**
   * @param refills called in turn when there is a place, as long as nothing waits: they may put back what was taken by
   *   {@link shift}, or push
   */
  constructor(limit: number, begin: (waiting: T) => void, ...refills: readonly (() => void)[]) {
    this.#limit = limit;
    this.#begin = begin;
    this.#refills = refills;
  }

  /** Whether the next one starts at once. */
  get hasPlace(): boolean {
    return this.#running < this.#limit;
  }

  /** Starts it, now or when a place is free. */
  push(waiting: T): void {
    if (this.hasPlace) this.#start(waiting);
    else this.#queueOf(waiting.priority).push(waiting);
  }

  /** Takes the next one out, which then has no place. */
  shift(): T | undefined {
    for (let { greatest } = this.#priorities; greatest !== undefined; { greatest } = this.#priorities) {
      const queue = this.#queues.get(greatest);
      for (let next = queue?.shift(); next; next = queue?.shift()) {
        this.#queued--;
        if (next.isWaiting) return next;
      }
      this.#queues.delete(greatest);
      this.#priorities.removeGreatest();
    }
    return undefined;
  }

  /** Puts one back to where it was. Of several, the last one comes first. */
  putBack(waiting: T): void {
    this.#queueOf(waiting.priority).unshift(waiting);
  }

  /** One waits no more. Swept out now and then, so that each sweep is paid by as many that have gone. */
  forget(): void {
    if (++this.#gone < leastSwept || this.#gone * 2 < this.#queued) return;
    this.#gone = 0;
    this.#queued = 0;
    for (const queue of this.#queues.values()) this.#queued += queue.keep(({ isWaiting }) => isWaiting);
  }

  /** One that was started has ended. */
  leave(): void {
    this.#running--;
    if (this.#limit === Number.POSITIVE_INFINITY) return; // nothing ever waits for it
    while (this.hasPlace) {
      const next = this.shift() ?? this.#more();
      if (!next) return;
      this.#start(next);
    }
  }

  #more(): T | undefined {
    for (const refill of this.#refills) {
      refill();
      const next = this.shift();
      if (next) return next;
    }
    return undefined;
  }

  #start(waiting: T): void {
    this.#running++;
    this.#begin(waiting);
  }

  /** The queue that one is put into. */
  #queueOf(priority: number): Fifo<T> {
    this.#queued++;
    let queue = this.#queues.get(priority);
    if (!queue) {
      queue = new Fifo();
      this.#queues.set(priority, queue);
      this.#priorities.add(priority);
    }
    return queue;
  }
}
