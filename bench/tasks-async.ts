import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareWhole, type Row } from './compare.js';
import { count, runAll, ways } from './programs/async-tasks.mjs';
import { median, section, sizes } from './table.js';

const title = `${count.toLocaleString('en')} async tasks, 40 at a time`;

export async function table(): Promise<string> {
  const rows: Row[] = [];
  for (const [name, prepare] of Object.entries(ways)) {
    const run = await prepare();
    rows.push({ name, run: () => runAll(run) });
  }
  const notes = ['Where `add` is awaited, tasks run while others are added; no peer waits for that.'];
  return [
    await compareWhole(title, count, rows, {
      rounds: { counted: 7, warmUp: 1 },
      notes,
    }),
    memory(),
  ].join('\n');
}

interface Memory {
  /** The most that the process had resident. */
  readonly peak: number;
  /** What is on the heap when all tasks have ended, after a collection. */
  readonly kept: number;
}

/** Each way in processes of its own, above one that does nothing. */
function memory(): string {
  const program = fileURLToPath(new URL('./programs/async-tasks.mjs', import.meta.url));
  const measure = (name: string): Memory[] =>
    Array.from({ length: 3 }, () =>
      JSON.parse(execFileSync(process.execPath, ['--expose-gc', program, name], { encoding: 'utf8' })),
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
