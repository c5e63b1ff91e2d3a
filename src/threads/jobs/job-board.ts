import { smallKind, smallValue } from '../transfer/small-values.js';
import type { JobOutcome } from './job.js';

/** How many jobs have a place. */
export const boardSize = 2048;
const open = 0;
const back = 1;
const running = 2;
const answered = 3;
/** From here on, a result of some kind. */
const finished = 4;

/**
 * Memory that the main thread shares with one worker thread, where both see who has a job: the thread claims one before
 * it runs it, so the main thread can take the others back at any moment, and knows which one ran when the thread died.
 * Small results are left here, and need no message each.
 */
export class JobBoard {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;
  /** Each with the number of its job, since a place is used again. Behind them, up to which job all are posted. */
  readonly #states: Int32Array;

  constructor(memory = new SharedArrayBuffer((boardSize + 1) * 12)) {
    this.memory = memory;
    this.#numbers = new Float64Array(memory, 0, boardSize + 1);
    this.#states = new Int32Array(memory, (boardSize + 1) * 8, boardSize + 1);
  }

  put(id: number): void {
    this.#set(id, open);
  }

  /** The message with the jobs before this one has been posted. */
  post(next: number): void {
    Atomics.store(this.#states, boardSize, next);
  }

  /** Whether more have been posted than those before this one. */
  hasMore(next: number): boolean {
    return Atomics.load(this.#states, boardSize) !== (next | 0);
  }

  /** The thread begins a job; `false` if it has been taken back. */
  claim(id: number): boolean {
    return this.#move(id, running);
  }

  /** The main thread takes a job back; `false` if the thread has begun it. */
  takeBack(id: number): boolean {
    return this.#move(id, back);
  }

  /** A message has its outcome. */
  answer(id: number): void {
    this.#set(id, answered);
  }

  /** Leaves a result here; `false` if it needs a message. */
  finish(id: number, value: unknown): boolean {
    const kind = smallKind(value);
    if (kind === undefined) return false;
    if (typeof value === 'number') this.#numbers[id % boardSize] = value;
    this.#set(id, finished + kind);
    return true;
  }

  /** What has become of a job that has not been taken back. */
  read(id: number): 'open' | 'running' | 'answered' | JobOutcome {
    const state = Atomics.load(this.#states, id % boardSize) & 15;
    if (state === open) return 'open';
    if (state === running) return 'running';
    if (state === answered) return 'answered';
    return { ok: true, value: { data: smallValue(state - finished, this.#numbers[id % boardSize]) } };
  }

  /** Milliseconds that the thread has spent on jobs, as it tells. */
  get spent(): number {
    return this.#numbers[boardSize] ?? 0; // in bounds
  }

  set spent(milliseconds: number) {
    this.#numbers[boardSize] = milliseconds;
  }

  #set(id: number, state: number): void {
    Atomics.store(this.#states, id % boardSize, (id << 4) | state);
  }

  #move(id: number, state: number): boolean {
    const from = (id << 4) | open;
    return Atomics.compareExchange(this.#states, id % boardSize, from, (id << 4) | state) === from;
  }
}
