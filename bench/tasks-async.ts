import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { count, ways } from './programs/async-tasks.mjs';
import { median, section, sizes } from './table.js';
import { compareWays } from './ways.js';

const title = `${count.toLocaleString('en')} async tasks, 40 at a time`;
const program = new URL('./programs/async-tasks.mjs', import.meta.url);

export async function table(): Promise<string> {
  const compared = await compareWays(title, program.href, ways, {
    operations: count,
    rounds: { counted: 9, warmUp: 4 },
    notes: ['Where `add` is awaited, tasks run while others are added; no peer waits for that.'],
  });
  return [compared, memory()].join('\n');
}

interface Memory {
  /** The most that the process had resident. */
  readonly peak: number;
  /** What is on the heap when all tasks have ended, after a collection. */
  readonly kept: number;
}

/** Each way in processes of its own, above one that does nothing. */
function memory(): string {
  const measure = (name: string): Memory[] =>
    Array.from({ length: 3 }, () =>
      JSON.parse(
        execFileSync(process.execPath, ['--expose-gc', fileURLToPath(program), name], { encoding: 'utf8' }),
      ),
    );
  const middle = (measured: Memory[], key: keyof Memory) => median(measured.map((memory) => memory[key]));
  const idle = measure('idle');
  const rows = Object.keys(ways).map((name) => {
    const measured = measure(name);
    const above = measured.map(({ peak }) => peak - middle(idle, 'peak'));
    return [
      name,
      sizes(median(above)),
      `${sizes(Math.min(...above))} – ${sizes(Math.max(...above))}`,
      sizes(middle(measured, 'kept') - middle(idle, 'kept')),
    ];
  });
  return section(
    `${title}: memory above an idle process`,
    ['', 'peak', 'min – max', 'kept on the heap'],
    rows,
    [
      'Resident memory at its peak, and what is left of the heap at the end, both with the code of the library; the median of three processes.',
    ],
  );
}
