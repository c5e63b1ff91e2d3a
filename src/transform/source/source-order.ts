import type { Node } from 'oxc-parser';
import { startOf } from './syntax.js';

/** Things of a file in the order of the source: what stands in a node is found without a look at all the others. */
export class SourceOrder<T> {
  readonly all: readonly T[];
  readonly #startOf: (item: T) => number;

  constructor(items: readonly T[], startOf: (item: T) => number) {
    this.all = [...items].sort((a, b) => startOf(a) - startOf(b));
    this.#startOf = startOf;
  }

  /** What begins in a node, decorators before its `export` among it. */
  in(node: Node): readonly T[] {
    return this.all.slice(this.#firstFrom(startOf(node)), this.#firstFrom(node.end));
  }

  /** The first that begins at a position or behind it. */
  from(position: number): T | undefined {
    return this.all[this.#firstFrom(position)];
  }

  /** The last that begins before a position. */
  before(position: number): T | undefined {
    return this.all[this.#firstFrom(position) - 1];
  }

  #firstFrom(position: number): number {
    let low = 0;
    for (let high = this.all.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#startOf(this.all[middle] as T) < position)
        low = middle + 1; // in bounds
      else high = middle;
    }
    return low;
  }
}
