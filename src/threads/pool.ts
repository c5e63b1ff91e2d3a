import { AsyncLocalStorage } from 'node:async_hooks';
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { Tinypool } from 'tinypool';
import { NestedPoolError } from '../errors.js';
import { dead, uncloneable } from './failures.js';
import { type Job, type Outcome, onPoolThread } from './job.js';
import type { NamedContainer } from './remote-calls.js';
import { RemoteHost } from './remote-host.js';
import type { FunctionPlace } from './transfer.js';
import { unpackError } from './wire-errors.js';
import { type Run, WorkerSlot } from './worker-slot.js';

/** A sync function with its resolved arguments, for a worker thread. */
export interface ThreadTask {
  /** For messages. */
  readonly name: string;
  readonly place: FunctionPlace;
  /** Plain data is cloned; of an instance the thread gets a remote. */
  readonly args: readonly unknown[];
  /** What code on the thread finds behind its default container. */
  readonly container: NamedContainer;
  /** Ends the task whatever it does, and its thread with it: `run()` then rejects with the reason. */
  readonly terminate?: AbortSignal | undefined;
  /** Called when a thread has begun the task. */
  readonly onStart?: ((threadId: number) => void) | undefined;
  /** The trace context that it belongs to. */
  readonly trace?: Job['trace'];
}

/** One pool for each set of these. */
export interface ThreadPoolOptions {
  /** The most threads at one time. */
  readonly maxThreads: number;
  /** MiB that the old generation of each thread may use; default as much as that of the main thread. */
  readonly maxMemory?: number | undefined;
}

type PoolOptions = { readonly [Option in keyof Required<ThreadPoolOptions>]: number };

const inRoot = AsyncLocalStorage.snapshot();
const pools = new Map<string, ThreadPool>();
const mark = Symbol.for('offstage.register');
/** Loaded for the first task. */
let library: Promise<typeof import('tinypool')> | undefined;
let lastJob = 0;

/** The pool with these options: one per process, whose threads start with the tasks. */
export async function threadPool({
  maxThreads,
  maxMemory = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20),
}: ThreadPoolOptions): Promise<ThreadPool> {
  if (onPoolThread()) {
    throw new NestedPoolError(
      'a task on a worker thread asked for worker threads of its own',
      'Add the tasks from the main thread, or from an async task.',
    );
  }
  library ??= inRoot(() => import('tinypool'));
  const { Tinypool } = await library;
  const key = `${maxThreads} ${maxMemory}`;
  let pool = pools.get(key);
  if (!pool) {
    pool = new ThreadPool(Tinypool, { maxThreads, maxMemory });
    pools.set(key, pool);
  }
  return pool;
}

/** Worker threads that run one task each. */
export class ThreadPool {
  readonly #pool: typeof Tinypool;
  readonly #options: PoolOptions;
  readonly #slots: WorkerSlot[] = [];
  /** The last one is used first, so that the others can end. */
  readonly #free: WorkerSlot[] = [];
  readonly #waiting: ((slot: WorkerSlot) => void)[] = [];

  /** @internal */
  constructor(Pool: typeof Tinypool, options: PoolOptions) {
    this.#pool = Pool;
    this.#options = options;
  }

  /**
   * Runs a task when a thread is free.
   *
   * @returns what it returned
   * @throws what it threw, WorkerDiedError if its thread died, or the reason of `terminate`
   */
  async run(task: ThreadTask): Promise<unknown> {
    const { name, terminate } = task;
    terminate?.throwIfAborted();
    const host = new RemoteHost(task.container);
    try {
      const outcome = await this.#run({
        job: {
          id: ++lastJob,
          name,
          place: task.place,
          compiler: compilerOfThisThread(),
          trace: task.trace,
          args: task.args.map((arg, index) => host.packArgument(arg, `${name}(#${index + 1})`)),
        },
        moved: host.moved,
        host,
        terminate,
        onStart: task.onStart,
      });
      if (outcome.ok) return host.unpack(outcome.value);
      if ('reasonOf' in outcome) throw host.reasonOf(outcome.reasonOf);
      const error = unpackError(outcome.error);
      throw outcome.died ? dead(name, error, this.#options.maxMemory) : error;
    } finally {
      host.end();
    }
  }

  /** Starts all its threads before there are tasks, with all that tasks need loaded; they stay when they are idle. */
  async warmUp(): Promise<void> {
    while (this.#slots.length < this.#options.maxThreads) this.#free.push(this.#addSlot());
    await Promise.all(
      this.#slots.map(async (slot) => {
        slot.keep();
        const index = this.#free.indexOf(slot);
        if (index < 0) return; // it works, so it is warm
        this.#free.splice(index, 1);
        const job = { warmUp: true, compiler: compilerOfThisThread() } as const;
        await this.#runIn(slot, {
          job,
          moved: [],
          host: undefined,
          terminate: undefined,
          onStart: undefined,
        });
      }),
    );
  }

  async #run(run: Run): Promise<Outcome> {
    return this.#runIn(this.#take() ?? (await this.#next(run.terminate)), run);
  }

  async #runIn(slot: WorkerSlot, run: Run): Promise<Outcome> {
    try {
      // In the root context: a thread outlives whatever request happens to start it.
      return await inRoot(() => slot.run(run));
    } catch (error) {
      if (run.terminate?.aborted) throw run.terminate.reason;
      const name = 'name' in run.job ? run.job.name : 'nothing yet';
      // The dispatcher answers in every case, so what fails here failed on the way, or with the thread.
      throw error instanceof DOMException && error.name === 'DataCloneError'
        ? uncloneable(name, error)
        : dead(name, error, this.#options.maxMemory);
    } finally {
      this.#give(slot);
    }
  }

  #take(): WorkerSlot | undefined {
    const index = this.#free.findLastIndex((slot) => slot.hasThread);
    if (index >= 0) return this.#free.splice(index, 1)[0];
    if (this.#free.length > 0 || this.#slots.length >= this.#options.maxThreads) return this.#free.pop();
    return this.#addSlot();
  }

  #addSlot(): WorkerSlot {
    const slot = inRoot(
      () => new WorkerSlot(this.#pool, { ...this.#options, thread: { offstage: true, entry: entryUrl() } }),
    );
    if (this.#slots.push(slot) === 1) slot.keep();
    return slot;
  }

  /** Waits for a slot, until the signal aborts. */
  #next(terminate: AbortSignal | undefined): Promise<WorkerSlot> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(terminate?.reason);
      };
      const take = (slot: WorkerSlot) => {
        terminate?.removeEventListener('abort', leave);
        resolve(slot);
      };
      terminate?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }

  #give(slot: WorkerSlot): void {
    const take = this.#waiting.shift();
    if (take) take(slot);
    else this.#free.push(slot);
  }
}

/** What the loader says of itself if it is installed here: then it is on the threads that this one starts. */
function compilerOfThisThread(): string | undefined {
  return (globalThis as { [mark]?: string })[mark];
}

function entryUrl(): string {
  try {
    return pathToFileURL(realpathSync(process.argv[1] ?? '')).href;
  } catch {
    return ''; // a program without a file: node --eval
  }
}
