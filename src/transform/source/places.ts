/** A set of places in a text: one bit for each, since there are many. */
export class Places {
  readonly #bits: Int32Array;

  constructor(length: number) {
    this.#bits = new Int32Array((length >>> 5) + 1);
  }

  add(place: number): void {
    const at = place >>> 5;
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (place & 31));
  }

  /** The first place at a position or behind it. */
  from(position: number): number {
    let at = position >>> 5;
    let bits = (this.#bits[at] ?? 0) & (-1 << (position & 31));
    while (bits === 0 && ++at < this.#bits.length) bits = this.#bits[at] ?? 0;
    return bits === 0 ? Number.POSITIVE_INFINITY : at * 32 + 31 - Math.clz32(bits & -bits);
  }
}
