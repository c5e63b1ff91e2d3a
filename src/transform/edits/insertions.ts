export type Inserted = readonly [at: number, text: string];

/** What writes text into other text. */
export interface Insertable {
  /** Behind what ends at a position, and what was put there before. */
  appendLeft(at: number, text: string): unknown;
  /** Before what begins at a position, behind what was put there before. */
  appendRight(at: number, text: string): unknown;
  prependLeft(at: number, text: string): unknown;
  prependRight(at: number, text: string): unknown;
}

/** Texts for places in another one that stays as it is. It does less than magic-string, and so takes less time. */
export class Insertions implements Insertable {
  readonly #left = new Map<number, string>();
  readonly #right = new Map<number, string>();

  appendLeft(at: number, text: string): void {
    this.#left.set(at, (this.#left.get(at) ?? '') + text);
  }

  appendRight(at: number, text: string): void {
    this.#right.set(at, (this.#right.get(at) ?? '') + text);
  }

  prependLeft(at: number, text: string): void {
    this.#left.set(at, text + (this.#left.get(at) ?? ''));
  }

  prependRight(at: number, text: string): void {
    this.#right.set(at, text + (this.#right.get(at) ?? ''));
  }

  /** What was put where, in the order of the text. */
  inOrder(): readonly Inserted[] {
    const places = [...new Set([...this.#left.keys(), ...this.#right.keys()])].sort((a, b) => a - b);
    return places.map((at) => [at, (this.#left.get(at) ?? '') + (this.#right.get(at) ?? '')]);
  }
}

export function withInserted(code: string, inserted: readonly Inserted[]): string {
  let [text, start] = ['', 0];
  for (const [at, added] of inserted) {
    text += code.slice(start, at) + added;
    start = at;
  }
  return text + code.slice(start);
}
