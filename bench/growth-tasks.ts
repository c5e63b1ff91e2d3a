import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { section, sizes, times } from './table.js';

/** For one task, all but the number of them. */
interface Growth {
  readonly waiting: number;
  readonly add: number;
  readonly run: number;
  readonly bytes: number;
  readonly cancel: number;
  readonly priority: number;
  readonly ownPriority: number;
}

export async function table(): Promise<string> {
  const program = fileURLToPath(new URL('./programs/waiting-tasks.mjs', import.meta.url));
  const rows = [10, 1_000, 100_000, 1_000_000].map((waiting) => {
    const args = ['--expose-gc', '--max-old-space-size=8192', program, String(waiting)];
    const growth: Growth = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    return [
      waiting.toLocaleString('en'),
      times(growth.add),
      times(growth.run),
      times(growth.cancel),
      times(growth.priority),
      times(growth.ownPriority),
      sizes(growth.bytes),
    ];
  });
  return section(
    'Growth: tasks that wait for their turn',
    ['tasks', 'add one', 'run one', 'cancel one', 'of 8 priorities', 'of its own priority', 'memory of one'],
    rows,
    [
      'With `maxConcurrency: 1`, in a process for each line; all is for one task. They are cancelled from the newest to the oldest. With priorities, the time of `add` and of the run; where each has its own, it goes before all that wait.',
    ],
  );
}
