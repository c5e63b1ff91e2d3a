import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareMeasured } from './compare.js';
import { times } from './table.js';

/** In a process of its own, which prints its milliseconds. */
function measured(name: string, ...args: string[]) {
  return {
    name,
    measure: () => Number(execFileSync(process.execPath, args, { encoding: 'utf8' })) * 1e6,
  };
}

const here = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

export function table(): Promise<string> {
  return compareMeasured(
    'A new thread, until its first task runs',
    [
      measured('tinypool, which loads a file of one line (floor)', here('first-task-tinypool.mjs')),
      measured(
        'offstage, which loads a slice',
        '--import',
        'offstage/register',
        here('first-task-offstage.ts'),
      ),
    ],
    times,
  );
}
