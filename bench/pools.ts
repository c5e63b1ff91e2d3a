// The pools that the tables of threads compare, each with two threads that are ready.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Background } from 'offstage';
import { Piscina } from 'piscina';
import { FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import { burn, size, tiny } from './threads/functions.mjs';
import type { Run, Ways } from './ways.js';

const functions = { tiny, burn, size };
type Name = keyof typeof functions;

/** Runs one function of `threads/functions.mjs` on a thread. */
export interface Pool {
  run(name: Name, arg?: number | Uint8Array, moved?: ArrayBuffer[]): Promise<unknown>;
}

export const threads = 2;

const file = (name: string) => fileURLToPath(new URL(`./threads/${name}`, import.meta.url));

/** The floor: threads by hand, of which the one with the fewest tasks gets the next. */
export class ByHand implements Pool {
  readonly #threads: readonly Thread[];

  constructor(count = threads) {
    this.#threads = Array.from({ length: count }, () => new Thread());
  }

  async run(name: Name, arg?: number | Uint8Array, moved?: ArrayBuffer[]): Promise<unknown> {
    const [result] = await this.runTogether(name, [arg], moved);
    return result;
  }

  /** Many tasks in one message. */
  runTogether(name: Name, args: readonly unknown[], moved?: ArrayBuffer[]): Promise<unknown[]> {
    const [first, ...others] = this.#threads as [Thread, ...Thread[]]; // there is one at least
    const next = others.reduce((best, other) => (other.waiting < best.waiting ? other : best), first);
    return next.run(name, args, moved);
  }
}

class Thread {
  // No loader: it would be a thread more for each.
  readonly #worker = new Worker(file('by-hand.mjs'), { execArgv: [] });
  /** Answers come in the order of the tasks. */
  readonly #answers: ((results: unknown[]) => void)[] = [];
  #answered = 0;

  constructor() {
    this.#worker.on('message', (results: unknown[]) => {
      this.#answers[this.#answered++]?.(results);
      if (this.waiting > 0) return;
      this.#answers.length = 0;
      this.#answered = 0;
    });
  }

  get waiting(): number {
    return this.#answers.length - this.#answered;
  }

  run(name: Name, args: readonly unknown[], moved?: ArrayBuffer[]): Promise<unknown[]> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#worker.postMessage({ name, args }, moved);
    });
  }
}

const filename = file('functions.mjs');
const each = { minThreads: threads, maxThreads: threads, execArgv: [] };

/** What people use instead. */
export const peers: Readonly<Record<string, () => Pool>> = {
  'poolifier 5': () => {
    const pool = new FixedThreadPool<number | Uint8Array | undefined, number>(
      threads,
      file('poolifier.mjs'),
      { workerOptions: { execArgv: [] } },
    );
    return { run: (name, arg, moved) => pool.execute(arg, name, undefined, moved) };
  },
  'tinypool 2': () => {
    const pool = new Tinypool({ filename, ...each });
    return { run: (name, arg, moved) => pool.run(arg, { name, ...(moved && { transferList: moved }) }) };
  },
  'piscina 5': () => {
    const pool = new Piscina({ filename, ...each });
    return { run: (name, arg, moved) => pool.run(arg, { name, ...(moved && { transferList: moved }) }) };
  },
  'workerpool 10': () => {
    const pool = workerpool.pool(file('workerpool.mjs'), {
      minWorkers: threads,
      maxWorkers: threads,
      workerType: 'thread',
      workerThreadOpts: { execArgv: [] },
    });
    return { run: async (name, arg, moved) => pool.exec(name, [arg], { ...(moved && { transfer: moved }) }) };
  },
};

/** What each pool does: the floor, and the peers. */
export function waysOf(
  floor: string,
  use: (pool: Pool) => Run,
): { readonly floor: Ways; readonly peers: Ways } {
  const used = Object.entries(peers).map(([name, start]) => [name, () => use(start())] as const);
  return { floor: { [floor]: () => use(new ByHand()) }, peers: Object.fromEntries(used) };
}

/** A `Background` with as many threads as the peers have. */
export const twoThreads = { maxWorkers: threads };

class TwoThreads extends Background {
  constructor() {
    super(twoThreads);
  }
}

export function warmUp(): Promise<void> {
  return TwoThreads.warmUp();
}
