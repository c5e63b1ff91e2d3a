import { AsyncLocalStorage } from 'node:async_hooks';
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type Worker, workerData } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { NestedPoolError, WorkerDiedError } from '../errors.js';
import type { Job, Outcome, PoolThread } from './job.js';
import { RemoteHost } from './remote-host.js';
import { unpackError } from './wire-errors.js';

/** A sync function with its resolved arguments, for a worker thread. */
export interface ThreadTask {
  /** For messages. */
  readonly name: string;
  readonly module: string;
  readonly export: string;
  readonly whole?: boolean;
  /** Plain data is cloned; of an instance the thread gets a remote. */
  readonly args: readonly unknown[];
  /** What the container answers when code on the thread asks for a class by its key. */
  readonly resolve: (key: string) => unknown;
}

const dispatcher = new URL('./worker.js', import.meta.url).href;
const inRoot = AsyncLocalStorage.snapshot();
const pools = new Map<number, ThreadPool>();
const idleMilliseconds = 10_000;

/** The pool with this many threads: one per process, started at the first task. */
export function threadPool(maxThreads: number): ThreadPool {
  if ((workerData as [unknown, Partial<PoolThread> | undefined] | null)?.[1]?.offstage) {
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

/** Worker threads that run one task each. Everything that tinypool leaves open is closed here. */
class ThreadPool {
  readonly #pool: Tinypool;
  readonly #watched = new WeakSet<Worker>();
  readonly #running = new Set<{ lane: Int32Array; died: (error: WorkerDiedError) => void }>();

  constructor(maxThreads: number) {
    this.#pool = new Tinypool({
      // With none kept, tinypool never starts what waits behind a worker that died.
      minThreads: 1,
      maxThreads,
      idleTimeout: idleMilliseconds,
      // Atomics would block an idle thread, and what a task left to a timer would never run.
      useAtomics: false,
      workerData: { offstage: true, entry: entryUrl() } satisfies PoolThread,
    });
    // A worker that dies between two tasks is replaced; nobody waits for it.
    this.#pool.on('error', () => {});
  }

  async run(task: ThreadTask): Promise<unknown> {
    const { port1, port2 } = new MessageChannel();
    const lane = new Int32Array(new SharedArrayBuffer(8));
    const host = new RemoteHost(port1, lane, task.resolve);
    let entry: { lane: Int32Array; died: (error: WorkerDiedError) => void } | undefined;
    try {
      const job: Job = {
        name: task.name,
        module: task.module,
        export: task.export,
        whole: task.whole,
        loader: (globalThis as { [mark]?: boolean })[mark] === true,
        args: task.args.map((arg, index) => host.pack(arg, `argument ${index + 1} of ${task.name}`)),
        port: port2,
        lane,
      };
      const died = new Promise<never>((_, reject) => {
        entry = { lane, died: reject };
        this.#running.add(entry);
      });
      const done = inRoot(() => this.#pool.run(job, { filename: dispatcher, transferList: [port2] }));
      this.#watch();
      const outcome: Outcome = await Promise.race([done, died]);
      if (outcome.ok) return outcome.value;
      const error = unpackError(outcome.error);
      throw outcome.died ? dead(task, error) : error;
    } catch (error) {
      throw isCrash(error) ? dead(task, error) : error;
    } finally {
      if (entry) this.#running.delete(entry);
      host.close();
    }
  }

  /** tinypool does not see a thread that exits: its task would wait for ever. */
  #watch(): void {
    // tinypool's thread runtime holds Node's own worker in a field that its types do not show.
    for (const { thread: worker } of this.#pool.threads as unknown as { thread: Worker }[]) {
      if (this.#watched.has(worker)) continue;
      this.#watched.add(worker);
      const id = worker.threadId;
      worker.once('exit', (code) => {
        for (const { lane, died } of this.#running) {
          if (Atomics.load(lane, 1) === id) died(exited(code));
        }
      });
    }
  }
}

const mark = Symbol.for('offstage.register');

function exited(code: number): WorkerDiedError {
  return new WorkerDiedError(
    `the worker thread ended with code ${code} while it ran the task`,
    'Look for what ends the thread: running out of memory, or a native crash.',
  );
}

function dead(task: ThreadTask, cause: unknown): WorkerDiedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new WorkerDiedError(
    `the worker thread died while it ran ${task.name}: ${why}`,
    'Throw an error instead of ending the thread, and look at the cause.',
    { cause },
  );
}

function isCrash(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function entryUrl(): string {
  try {
    return pathToFileURL(realpathSync(process.argv[1] ?? '')).href;
  } catch {
    return ''; // a program without a file: node --eval
  }
}
