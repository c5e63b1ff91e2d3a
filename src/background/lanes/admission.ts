import { Fifo } from '../../fifo.js';

/** One that waits for room. */
interface Outsider<T> {
  /** Counts those that have come. */
  readonly number: number;
  /** None if it has been refused meanwhile. */
  coming: T | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Fewer that were refused are left where they are. */
const leastSwept = 1_024;

type Line<T> = Fifo<Outsider<T>>;

/** Lets in what finds room, and has the others wait outside, in their order. */
export class Admission<T> {
  readonly #capacity: number;
  readonly #letIn: (coming: T) => void;
  /** By the lane that they wait for: one that has a place needs no room. */
  readonly #outside = new Map<object, Line<T>>();
  readonly #outsiders = new Map<T, Outsider<T>>();
  #inside = 0;
  #came = 0;
  /** How many have been refused since those were last swept out. */
  #refused = 0;

  /** @param capacity the most that may be inside */
  constructor(capacity: number, letIn: (coming: T) => void) {
    this.#capacity = capacity;
    this.#letIn = letIn;
  }

  /** Whether the next one needs not wait. */
  get hasRoom(): boolean {
    return this.#inside < this.#capacity;
  }

  enter(): void {
    this.#inside++;
  }

  leave(): void {
    this.#inside--;
    while (this.hasRoom) {
      const line = this.#lineOfFirst();
      if (!line) return;
      this.#letFirstIn(line);
    }
  }

  /** A lane has a place, and nothing inside that waits for it. */
  placeFree(lane: object): void {
    const line = this.#outside.get(lane);
    if (line && firstOf(line)) this.#letFirstIn(line);
  }

  /** Where the one stands that came first. */
  #lineOfFirst(): Line<T> | undefined {
    let found: Line<T> | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const line of this.#outside.values()) {
      const first = firstOf(line);
      if (!first || first.number > least) continue;
      least = first.number;
      found = line;
    }
    return found;
  }

  #letFirstIn(line: Line<T>): void {
    const next = line.shift();
    if (next?.coming === undefined) return; // it was looked at
    this.#outsiders.delete(next.coming);
    this.#letIn(next.coming);
    next.resolve();
  }

  /** Waits until it has been let in. */
  wait(coming: T, lane: object): Promise<void> {
    const line = this.#outside.get(lane) ?? new Fifo();
    this.#outside.set(lane, line);
    return new Promise((resolve, reject) => {
      const outsider = { number: this.#came++, coming, resolve, reject };
      line.push(outsider);
      this.#outsiders.set(coming, outsider);
    });
  }

  /** Keeps one outside until something has happened. */
  hold(coming: T, until: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#outsiders.set(coming, { number: this.#came, coming, resolve, reject });
      until
        .finally(() => this.#outsiders.delete(coming)) // first, since it may have to wait for room now
        .then(() => resolve(), reject);
    });
  }

  /**
   * Has one that waits outside go: its wait fails.
   *
   * @returns whether it was outside
   */
  refuse(coming: T, error: unknown): boolean {
    const outsider = this.#outsiders.get(coming);
    if (!outsider) return false;
    this.#outsiders.delete(coming);
    outsider.coming = undefined;
    outsider.reject(error);
    if (++this.#refused >= Math.max(leastSwept, this.#outsiders.size)) this.#sweep();
    return true;
  }

  #sweep(): void {
    this.#refused = 0;
    for (const line of this.#outside.values()) line.keep(({ coming }) => coming !== undefined);
  }
}

/** The first one that waits; those that were refused meanwhile go. */
function firstOf<T>(line: Line<T>): Outsider<T> | undefined {
  for (let { first } = line; first; { first } = line) {
    if (first.coming !== undefined) return first;
    line.shift();
  }
  return undefined;
}
