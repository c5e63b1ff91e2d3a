/** Objects, for as long as anybody else has them. */
export class WeakList<T extends object> implements Iterable<T> {
  #refs: WeakRef<T>[] = [];
  /** How many may be there before those that have gone are looked for: so that adding costs the same, whatever goes. */
  #mostUnswept = 16;

  add(object: T): void {
    this.#refs.push(new WeakRef(object));
    if (this.#refs.length <= this.#mostUnswept) return;
    this.#refs = this.#refs.filter((ref) => ref.deref());
    this.#mostUnswept = 16 + 2 * this.#refs.length;
  }

  /** The ones of this moment, in the order of their adding. */
  [Symbol.iterator](): Iterator<T> {
    return this.#refs.flatMap((ref) => ref.deref() ?? []).values();
  }
}
