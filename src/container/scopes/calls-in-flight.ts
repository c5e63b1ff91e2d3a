import { InFlight } from './in-flight.js';
import type { InjectionScope } from './injection-scope.js';
import { type Linked, LinkedList } from './linked-list.js';
import { PendingCalls } from './pending-calls.js';

/** Those of child containers, where there are any. */
const ofChildren = new LinkedList<CallsInFlight>();

/** The calls of one container that have not ended, and those of its children, which may use its singletons. */
export class CallsInFlight implements Linked {
  before: Linked | undefined;
  after: Linked | undefined;
  /** @internal The scopes of those that have one. */
  readonly scopes = new LinkedList<InjectionScope>();
  /** Those that have none. */
  readonly pending: PendingCalls;
  readonly #parent: CallsInFlight | undefined;
  #count: InFlight;
  #earlier: Promise<unknown> = Promise.resolve();
  /** How many of its counts are not zero. */
  #counting = 0;

  constructor(parent: CallsInFlight | undefined) {
    this.#parent = parent;
    this.pending = new PendingCalls(this.#newCount());
    this.#count = this.#newCount();
  }

  #newCount(): InFlight {
    return this.#parent ? new InFlight((any) => this.#countChanged(any)) : new InFlight();
  }

  #countChanged(any: boolean): void {
    if (any && this.#counting++ === 0) ofChildren.enter(this);
    if (!any && --this.#counting === 0) ofChildren.leave(this);
  }

  /** Counts what begins now. */
  get count(): InFlight {
    return this.#count;
  }

  /** Counts what takes time to make: what it has been given stays open, and what it makes is closed. */
  during<T>(making: Promise<T>): Promise<T> {
    const count = this.#count;
    count.enter();
    return making.finally(() => count.leave());
  }

  /**
   * A promise while any is in flight.
   *
   * @param all whether also one without a scope counts
   */
  ended(all: boolean): Promise<unknown> | undefined {
    const both = this.#all().flatMap(({ count, pending }) => [count.ended(), all && pending.ended()]);
    const ended = both.filter((promise) => promise);
    return ended.length > 0 ? Promise.all(ended) : undefined;
  }

  /** Waits for those with a scope that are in flight at this moment, and for no later ones. */
  untilNow(): Promise<unknown> {
    const ended = Promise.all([this.#earlier, this.#count.ended()]);
    this.#count = this.#newCount();
    this.#earlier = ended;
    return ended;
  }

  /** The same calls, for messages. */
  names(all = true): string[] {
    return this.#all().flatMap(({ scopes, pending }) => [
      ...[...scopes].flatMap(({ callName }) => callName ?? []),
      ...(all ? pending.names() : []),
    ]);
  }

  #all(): CallsInFlight[] {
    return [this, ...[...ofChildren].filter((calls) => calls.#isBelow(this))];
  }

  #isBelow(other: CallsInFlight): boolean {
    const parent = this.#parent;
    return parent !== undefined && (parent === other || parent.#isBelow(other));
  }
}
