import { availableParallelism } from 'node:os';
import { Background } from 'offstage';
import { compareWhole, type Row } from './compare.js';
import { ByHand } from './pools.js';
import { burn } from './threads/functions.mjs';

/** About 5 ms. */
const steps = 300_000;

function work(steps: number) {
  return burn(steps);
}

export async function table(): Promise<string> {
  const tables: string[] = [];
  for (const [title, tasks, size] of [
    ['Growth: threads, with sync tasks of some 5 ms', 80, steps],
    ['Growth: threads, with trivial sync tasks', 2_000, 1],
  ] as const) {
    const rows = [1, 2, 4, 8].flatMap((threads) => ways(threads, tasks, size));
    const notes = [`A task, on ${availableParallelism()} cores.`];
    tables.push(await compareWhole(title, tasks, rows, { rounds: { counted: 5, warmUp: 1 }, notes }));
  }
  return tables.join('\n');
}

function ways(threads: number, tasks: number, size: number): Row[] {
  const pool = new ByHand(threads);
  const name = `${threads} thread${threads > 1 ? 's' : ''}`;
  return [
    {
      name: `${name}, by hand${threads > 1 ? '' : ' (floor)'}`,
      run: () => Promise.all(Array.from({ length: tasks }, () => pool.run('burn', size))),
    },
    {
      name: `${name}, offstage`,
      run: async () => {
        await using bg = new Background({ maxWorkers: threads });
        for (let i = 0; i < tasks; i++) await bg.add(work, size);
      },
    },
  ];
}
