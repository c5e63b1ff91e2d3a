/** Numbers, of which the greatest is found at once: a binary heap, whose every change takes logarithmic time. */
export class Heap {
  readonly #items: number[] = [];

  get greatest(): number | undefined {
    return this.#items[0];
  }

  add(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let above = (at - 1) >> 1; at > 0 && this.#at(above) < item; above = (at - 1) >> 1) {
      items[at] = this.#at(above);
      at = above;
    }
    items[at] = item;
  }

  removeGreatest(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (let below = this.#greaterBelow(at); this.#at(below) > last; below = this.#greaterBelow(at)) {
      items[at] = this.#at(below);
      at = below;
    }
    items[at] = last;
  }

  #greaterBelow(at: number): number {
    const left = 2 * at + 1;
    return this.#at(left + 1) > this.#at(left) ? left + 1 : left;
  }

  #at(index: number): number {
    return this.#items[index] ?? Number.NEGATIVE_INFINITY;
  }
}
