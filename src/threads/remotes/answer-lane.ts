import { SpinWait } from '../spin-wait.js';
import { smallKind, smallValue } from '../transfer/small-values.js';
import type { Reply } from './remote-calls.js';

/**
 * Memory in which a worker thread and the main thread see what becomes of remote calls, before a message is there. Small
 * answers are left here.
 */
export class AnswerLane {
  readonly memory: SharedArrayBuffer;
  /** How many answers there were, the call of the last small one, its kind, and how many requests there were. */
  readonly #words: Int32Array;
  readonly #number: Float64Array;
  readonly #spinWait = new SpinWait();

  constructor(memory = new SharedArrayBuffer(24)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, 4);
    this.#number = new Float64Array(memory, 16, 1);
  }

  /** How many answers there were. */
  get count(): number {
    return Atomics.load(this.#words, 0);
  }

  /** The thread has sent a request. */
  asked(): void {
    Atomics.add(this.#words, 3, 1);
  }

  /** How many requests there were. */
  get requests(): number {
    return Atomics.load(this.#words, 3);
  }

  /** Leaves an answer to the call that the thread waits for; `false` if it needs a message. */
  put(id: number, reply: Reply): boolean {
    if (!('value' in reply && 'data' in reply.value) || reply.open) return false;
    const { data } = reply.value;
    const kind = smallKind(data);
    if (kind === undefined) return false;
    if (typeof data === 'number') this.#number[0] = data;
    this.#words[2] = kind;
    Atomics.store(this.#words, 1, id | 0);
    return true;
  }

  /** Wakes the thread. */
  tell(): void {
    Atomics.add(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }

  /** Blocks until there is an answer more. */
  wait(count: number): void {
    if (!this.#spinWait.sees(() => this.count !== count)) Atomics.wait(this.#words, 0, count);
  }

  /** The small answer to a call. */
  take(id: number): Reply | undefined {
    if (Atomics.load(this.#words, 1) !== (id | 0)) return undefined;
    return { value: { data: smallValue(this.#words[2] ?? 0, this.#number[0]) } };
  }
}
