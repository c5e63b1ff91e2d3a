import { type Linked, LinkedList } from '../../linked-list.js';
import { InFlight } from './in-flight.js';
import { PendingCalls } from './pending-calls.js';

/** A call that is waited for, and named in messages. */
export interface CallInFlight extends Linked {
  /** None if it is that of a task. */
  readonly callName: string | undefined;
}

/** Those of all containers but the default one, where there are any. */
const ofOthers = new LinkedList<CallsInFlight>();

/** The calls of one container that have not ended, and those of its children, which may use its singletons. */
export class CallsInFlight implements Linked {
  before: Linked | undefined;
  after: Linked | undefined;
  /** Those that have none. */
  readonly pending: PendingCalls;
  /** Those that may have something open. */
  readonly #open = new LinkedList<CallInFlight>();
  readonly #parent: CallsInFlight | undefined;
  readonly #isDefault: boolean;
  #count: InFlight;
  /** What counted before, and is not zero. */
  #earlier: InFlight[] = [];
  /** How many of its counts are not zero. */
  #counting = 0;

  /** @param isDefault whether they are those of the default container */
  constructor(parent: CallsInFlight | undefined, isDefault: boolean) {
    this.#parent = parent;
    this.#isDefault = isDefault;
    this.pending = new PendingCalls(this.#newCount());
    this.#count = this.#newCount();
  }

  #newCount(): InFlight {
    return this.#isDefault ? new InFlight() : new InFlight((any) => this.#countChanged(any));
  }

  #countChanged(any: boolean): void {
    if (any && this.#counting++ === 0) ofOthers.enter(this);
    if (!any && --this.#counting === 0) ofOthers.leave(this);
  }

  /** @returns what counts it */
  enter(call: CallInFlight): InFlight {
    const count = this.#count;
    count.enter();
    this.#open.enter(call);
    return count;
  }

  /** @param count what {@link enter} has given */
  leave(call: CallInFlight, count: InFlight): void {
    if (this.#open.leave(call)) count.leave();
  }

  /** Counts what takes time to make: what it has been given stays open, and what it makes is closed. */
  during<T>(making: Promise<T>): Promise<T> {
    const count = this.#count;
    count.enter();
    return making.finally(() => count.leave());
  }

  /** Counts what has to wait before it begins, until it has: then it counts by itself. */
  async beginAfter<T>(ready: Promise<unknown>, begin: () => T): Promise<Awaited<T>> {
    const count = this.#count;
    count.enter();
    try {
      await ready;
      return begin() as Awaited<T>; // not awaited here, where it would count twice
    } finally {
      count.leave();
    }
  }

  /**
   * A promise while any is in flight.
   *
   * @param all whether also one without a scope counts
   * @param anywhere whether those of every container count
   */
  ended(all: boolean, anywhere?: boolean): Promise<unknown> | undefined {
    const both = this.#all(anywhere).flatMap((calls) => [...calls.#ended(), all && calls.pending.ended()]);
    const ended = both.filter((promise) => promise);
    return ended.length > 0 ? Promise.all(ended) : undefined;
  }

  /** Waits for those with a scope that are in flight at this moment, and for no later ones. */
  untilNow(): Promise<unknown> {
    return Promise.all(this.#all().map((calls) => calls.#untilNow()));
  }

  #untilNow(): Promise<unknown> {
    this.#earlier = [...this.#earlier, this.#count].filter((count) => count.ended());
    this.#count = this.#newCount();
    return Promise.all(this.#ended());
  }

  #ended(): (Promise<void> | undefined)[] {
    return [...this.#earlier, this.#count].map((count) => count.ended());
  }

  /** The same calls, for messages. */
  names(all = true, anywhere?: boolean): string[] {
    return this.#all(anywhere).flatMap((calls) => [
      ...[...calls.#open].flatMap(({ callName }) => callName ?? []),
      ...(all ? calls.pending.names() : []),
    ]);
  }

  #all(anywhere = false): CallsInFlight[] {
    return [this, ...[...ofOthers].filter((calls) => anywhere || calls.#isBelow(this))];
  }

  #isBelow(other: CallsInFlight): boolean {
    const parent = this.#parent;
    return parent !== undefined && (parent === other || parent.#isBelow(other));
  }
}
