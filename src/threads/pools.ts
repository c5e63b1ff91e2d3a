import { getHeapStatistics } from 'node:v8';
import { NestedPoolError } from '../errors.js';
import { onPoolThread } from './job.js';
import { ThreadPool } from './pool.js';
import { inRoot } from './root-context.js';

/** What a pool is asked for by. */
export interface WantedPool {
  /** The most threads at one time. */
  readonly maxThreads: number;
  /** MiB that the old generation of each thread may use; default as much as that of the main thread. */
  readonly maxMemory?: number | undefined;
}

const pools = new Map<string, ThreadPool>();
/** Loaded for the first task. */
let library: Promise<typeof import('tinypool')> | undefined;

/** The pool with these options: one per process, whose threads start with the tasks. */
export async function threadPool({
  maxThreads,
  maxMemory = defaultMemory(),
}: WantedPool): Promise<ThreadPool> {
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

/** The same, if there is one already. */
export function startedPool({ maxThreads, maxMemory = defaultMemory() }: WantedPool): ThreadPool | undefined {
  return pools.get(`${maxThreads} ${maxMemory}`);
}

function defaultMemory(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
}
