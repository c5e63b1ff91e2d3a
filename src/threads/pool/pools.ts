import { NestedPoolError } from '../../errors.js';
import { inRoot } from '../../root-context.js';
import { onPoolThread } from '../current-task.js';
import type { PoolOptions, ThreadPool } from './pool.js';

const pools = new Map<string, ThreadPool>();
/** Loaded for the first task, with all that threads need. */
let loading: Promise<typeof import('./pool.js')> | undefined;

/** The pool with these options: one per process, whose threads start with the tasks. */
export async function threadPool(wanted: PoolOptions): Promise<ThreadPool> {
  if (onPoolThread()) {
    throw new NestedPoolError(
      'a task on a worker thread asked for worker threads of its own',
      'Add the tasks from the main thread, or from an async task.',
    );
  }
  loading ??= inRoot(() => import('./pool.js'));
  const { ThreadPool } = await loading;
  let pool = startedPool(wanted);
  if (!pool) {
    pool = new ThreadPool(wanted);
    pools.set(keyOf(wanted), pool);
  }
  return pool;
}

/** The same, if there is one already. */
export function startedPool(wanted: PoolOptions): ThreadPool | undefined {
  return pools.get(keyOf(wanted));
}

function keyOf({ maxThreads, maxMemory }: PoolOptions): string {
  return `${maxThreads} ${maxMemory}`;
}
