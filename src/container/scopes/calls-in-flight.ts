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

  /** A promise while any is in flight. */
  ended(): Promise<unknown> | undefined {
    const all = this.#all().flatMap(({ count, pending }) => [count.ended(), pending.ended()]);
    const ended = all.filter((promise) => promise);
    return ended.length > 0 ? Promise.all(ended) : undefined;
  }

  /** Waits for those with a scope that are in flight at this moment, and for no later ones. */
  untilNow(): Promise<unknown> {
    const ended = Promise.all([this.#earlier, this.#count.ended()]);
    this.#count = this.#newCount();
    this.#earlier = ended;
    return ended;
  }

  /** The calls, for messages. */
  names(): string[] {
    return [...this.namesWithScope(), ...this.#all().flatMap(({ pending }) => pending.names())];
  }

  /** Those that leave something open if they do not end. */
  namesWithScope(): string[] {
    return this.#all().flatMap(({ scopes }) => [...scopes].flatMap(({ callName }) => callName ?? []));
  }

  #all(): CallsInFlight[] {
    return [this, ...[...ofChildren].filter((calls) => calls.#isBelow(this))];
  }

  #isBelow(other: CallsInFlight): boolean {
    const parent = this.#parent;
    return parent !== undefined && (parent === other || parent.#isBelow(other));
  }
}
