import { AsyncLocalStorage } from 'node:async_hooks';
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { NestedPoolError, NotTransferableError, WorkerDiedError } from '../errors.js';
import { CallServer } from './call-server.js';
import { type Job, type Outcome, onPoolThread, type PoolThread } from './job.js';
import type { NamedContainer } from './remote-calls.js';
import { RemoteHost } from './remote-host.js';
import type { FunctionPlace } from './transfer.js';
import { unpackError } from './wire-errors.js';

/** A sync function with its resolved arguments, for a worker thread. */
export interface ThreadTask {
  /** For messages. */
  readonly name: string;
  readonly place: FunctionPlace;
  /** Plain data is cloned; of an instance the thread gets a remote. */
  readonly args: readonly unknown[];
  /** What code on the thread finds behind its default container. */
  readonly container: NamedContainer;
  /** Ends its thread. */
  readonly terminate?: AbortSignal;
  /** The trace context that it belongs to. */
  readonly trace?: Job['trace'];
}

const dispatcher = new URL('./worker.js', import.meta.url).href;
const inRoot = AsyncLocalStorage.snapshot();
const pools = new Map<number, ThreadPool>();
const idleMilliseconds = 10_000;
const mark = Symbol.for('offstage.register');

/** The pool with this many threads: one per process, started at the first task. */
export function threadPool(maxThreads: number): ThreadPool {
  if (onPoolThread()) {
    throw new NestedPoolError(
      'a task on a worker thread asked for worker threads of its own',
      'Add the tasks from the main thread, or from an async task.',
    );
  }
  let pool = pools.get(maxThreads);
  if (!pool) {
    // In the root context: the pool outlives whatever request happens to start it.
    pool = inRoot(() => new ThreadPool(maxThreads));
    pools.set(maxThreads, pool);
  }
  return pool;
}

/** Worker threads that run one task each. What tinypool leaves open is closed here. */
class ThreadPool {
  readonly #maxThreads: number;
  readonly #pool: Tinypool;
  readonly #servers = new Map<Worker, CallServer>();
  readonly #hosts = new Map<number, RemoteHost>();
  #lastTask = 0;
  /** Why the pool has no threads any more. */
  #failure: unknown;

  constructor(maxThreads: number) {
    this.#maxThreads = maxThreads;
    this.#pool = new Tinypool({
      // With none kept, tinypool never starts what waits behind a worker that died.
      minThreads: 1,
      maxThreads,
      idleTimeout: idleMilliseconds,
      // Atomics would block an idle thread, and what a task left to a timer would never run.
      useAtomics: false,
      // As much as the main thread. Said here, since newer Nodes contain a thread that wants more only then.
      resourceLimits: { maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20) },
      workerData: { offstage: true, entry: entryUrl() } satisfies PoolThread,
    });
    // A worker that dies between two tasks is replaced; nobody waits for it.
    this.#pool.on('error', () => {});
  }

  async run(task: ThreadTask): Promise<unknown> {
    const host = new RemoteHost(task.container);
    const id = ++this.#lastTask;
    this.#hosts.set(id, host);
    try {
      const outcome = await this.#outcome(task, {
        id,
        name: task.name,
        place: task.place,
        loader: (globalThis as { [mark]?: boolean })[mark] === true,
        trace: task.trace,
        args: task.args.map((arg, index) => host.packArgument(arg, `${task.name}(#${index + 1})`)),
      });
      if (outcome.ok) return host.unpack(outcome.value);
      const error = unpackError(outcome.error);
      throw outcome.died ? dead(task, error) : error;
    } finally {
      this.#hosts.delete(id);
    }
  }

  async #outcome(task: ThreadTask, job: Job): Promise<Outcome> {
    const done: Promise<Outcome> = inRoot(() => {
      const running = this.#pool.run(job, { filename: dispatcher });
      this.#watch();
      return running;
    });
    try {
      return await done;
    } catch (error) {
      // The dispatcher answers in every case, so what fails here failed on the way, or with the thread.
      throw error instanceof DOMException && error.name === 'DataCloneError'
        ? uncloneable(task, error)
        : dead(task, this.#failure ?? error);
    }
  }

  /** Looks after the threads that tinypool has started since, before any of them can ask something. */
  #watch(): void {
    for (const worker of this.#workers()) {
      if (this.#servers.has(worker)) continue;
      const server = new CallServer(worker.threadId, this.#hosts);
      this.#servers.set(worker, server);
      // Behind tinypool's own listener, which may have started another thread.
      worker.on('error', (error) => this.#replaced(error));
      worker.once('exit', (code) => {
        server.close();
        this.#servers.delete(worker);
        // tinypool hears of a thread that throws, and not of one that exits: its task would wait for ever.
        if (this.#workers().includes(worker))
          worker.emit('error', new Error(`the thread ended with code ${code}`));
      });
    }
  }

  #replaced(error: unknown): void {
    this.#watch();
    if (this.#workers().length > 0) return;
    // tinypool gives up when threads cannot even start, and leaves what waits: the next task finds a new pool.
    this.#failure = error;
    pools.delete(this.#maxThreads);
    this.#pool.cancelPendingTasks();
  }

  /** tinypool's thread runtime holds Node's own worker in a field that its types do not show. */
  #workers(): Worker[] {
    return (this.#pool.threads as unknown as { thread: Worker }[]).map(({ thread }) => thread);
  }
}

function dead(task: ThreadTask, cause: unknown): WorkerDiedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new WorkerDiedError(
    `the worker thread died while it ran ${task.name}: ${why}`,
    'Throw an error instead of ending the thread, and look at the cause.',
    { cause },
  );
}

function uncloneable(task: ThreadTask, cause: DOMException): NotTransferableError {
  return new NotTransferableError(
    `an argument of ${task.name} cannot cross to a thread: ${cause.message}`,
    'Pass plain data, or take the object as a parameter of its own, so that the thread gets a remote of it.',
    { cause },
  );
}

function entryUrl(): string {
  try {
    return pathToFileURL(realpathSync(process.argv[1] ?? '')).href;
  } catch {
    return ''; // a program without a file: node --eval
  }
}
