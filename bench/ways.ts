import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compareMeasured, type Rounds } from './compare.js';
import { times } from './table.js';

/** Ways to do the thing that a table compares, by their names. Each prepares itself, and gives what does it. */
export type Ways = Readonly<Record<string, () => Run | Promise<Run>>>;
export type Run = () => unknown;

/** How a way is measured. */
interface Measure {
  /** How many operations one run does. One: then it runs again and again, each awaited before the next. */
  readonly operations: number;
  readonly rounds?: Rounds;
  readonly notes?: readonly string[];
}

/**
 * Compares ways by interleaved rounds, each in a process of its own: none pays for what another has left in memory, or
 * for asynchronous contexts, which slow down every promise of a process on Node 20.
 *
 * @param module the file that exports them as `ways`
 */
export async function compareWays(
  title: string,
  module: string,
  ways: Ways,
  measure: Measure,
): Promise<string> {
  const { operations, rounds = { counted: 9, warmUp: 2 }, notes } = measure;
  const program = fileURLToPath(new URL('./programs/way.ts', import.meta.url));
  const children = Object.keys(ways).map((name) => ({
    name,
    child: fork(program, [module, name, String(operations)]), // with the flags of this process
  }));
  for (const { child } of children) await once(child, 'message'); // it is ready
  const rows = children.map(({ name, child }) => ({ name, measure: () => nanosecondsOf(child) }));
  const table = await compareMeasured(title, rows, times, { rounds, notes });
  for (const { child } of children) child.kill();
  return table;
}

/** What an operation takes, in one round. */
async function nanosecondsOf(child: ChildProcess): Promise<number> {
  child.send('round');
  const [nanoseconds] = await once(child, 'message');
  return Number(nanoseconds);
}
