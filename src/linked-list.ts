/** What can stand in one {@link LinkedList}, and knows its neighbours there. */
export interface Linked {
  before: Linked | undefined;
  after: Linked | undefined;
}

/** A set for hot paths: to enter and to leave costs a tenth of what a `Set` takes. */
export class LinkedList<T extends Linked> implements Iterable<T> {
  /** Stands before the first and after the last: so every member has neighbours. */
  readonly #ends: Linked = { before: undefined, after: undefined };
  #size = 0;

  constructor() {
    this.#ends.before = this.#ends;
    this.#ends.after = this.#ends;
  }

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    const { after } = this.#ends;
    return after === this.#ends ? undefined : (after as T); // no other has entered
  }

  /** @param member one that is in no list */
  enter(member: T): void {
    const ends = this.#ends;
    const last = ends.before as Linked; // set by the constructor
    member.before = last;
    member.after = ends;
    last.after = member;
    ends.before = member;
    this.#size++;
  }

  /** @returns whether it was a member */
  leave(member: T): boolean {
    const { before, after } = member;
    if (!before || !after) return false;
    before.after = after;
    after.before = before;
    member.before = undefined;
    member.after = undefined;
    this.#size--;
    return true;
  }

  /** The members of this moment, in the order in which they entered. */
  [Symbol.iterator](): Iterator<T> {
    const members: T[] = [];
    for (let next = this.#ends.after; next !== this.#ends; next = next?.after) members.push(next as T);
    return members.values();
  }
}
