/** First in, first out. `Array.shift()` would move all the others. */
export class Fifo<T extends object> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts one before all others. */
  unshift(item: T): void {
    if (this.#head > 0) this.#items[--this.#head] = item;
    else this.#items.unshift(item);
  }

  /** Drops all others; gives how many are left. */
  keep(kept: (item: T) => boolean): number {
    this.#items = this.#items.slice(this.#head).filter((item) => item && kept(item));
    this.#head = 0;
    return this.#items.length;
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (!item) return undefined;
    this.#items[this.#head++] = undefined;
    // Moved now and then, so that each move is paid by as many that have left.
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
