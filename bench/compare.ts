import { type Column, median, render, times } from './table.js';

/** One way to do the thing that a table compares. The first row of a table is the hand-written floor. */
export interface Row {
  readonly name: string;
  /** @param index how often it ran before, in the same loop */
  readonly run: (index: number) => unknown;
}

/** Rounds that count, and those before them that do not. */
export interface Rounds {
  readonly counted: number;
  readonly warmUp: number;
}

/** Where results go, so that no loop is optimised away. */
export const sink: unknown[] = [undefined];

/** How long one row runs in one round. */
const nanosecondsOfARound = 20e6;

/** How long it runs before: code on several threads takes thousands of calls until all of it is compiled. */
const nanosecondsOfWarmUp = 600e6;

/** Compares sync rows by interleaved rounds in one process. */
export function compare(title: string, rows: readonly Row[], notes?: readonly string[]): Promise<string> {
  const loop = 'return (count) => { let last; for (let i = 0; i < count; i++) last = run(i); return last; }';
  return compareLoops(title, rows, loop, notes);
}

/** The same for rows that give promises, each awaited before the next. */
export function compareAsync(
  title: string,
  rows: readonly Row[],
  notes?: readonly string[],
): Promise<string> {
  const loop =
    'return async (count) => { let last; for (let i = 0; i < count; i++) last = await run(i); return last; }';
  return compareLoops(title, rows, loop, notes);
}

/** One row alone: warms a loop up, and gives what measures a round of it, in nanoseconds of one operation. */
export async function repeated(run: Row['run']): Promise<() => Promise<number>> {
  const loop: Loop = async (count) => {
    for (let i = 0; i < count; i++) sink[0] = await run(i);
  };
  const count = await operationsInARound(loop);
  return async () => (await timed(() => loop(count))) / count;
}

type Loop = (count: number) => unknown;

async function compareLoops(
  title: string,
  rows: readonly Row[],
  source: string,
  notes?: readonly string[],
): Promise<string> {
  globalThis.gc?.(); // of what tables before have left
  const loops: { run: Loop; count: number }[] = [];
  for (const row of rows) {
    // A loop of its own for each row: in a shared one the engine sees many functions, and inlines none. Equal sources
    // share what the engine learns of them, so each has its name in a comment.
    const run: Loop = new Function('run', `/* ${title}: ${row.name} */ ${source}`)(row.run);
    loops.push({ run, count: await operationsInARound(run) });
  }
  const measured = await interleaved(loops.length, { counted: 15, warmUp: 2 }, async (index) => {
    const { run, count } = loops[index] as (typeof loops)[number]; // in bounds
    await run(count); // warm again behind the other rows
    return (await timed(() => run(count))) / count;
  });
  return render(title, named(rows, measured), times, notes);
}

/** Warms a loop up, and finds how often it runs in a round. */
async function operationsInARound(run: Loop): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY; // of one operation, since what disturbs a loop only slows it down
  let spent = 0;
  for (let count = 1; ; ) {
    const time = await timed(() => run(count));
    spent += time;
    fastest = Math.min(fastest, time / count);
    if (fastest * count < nanosecondsOfARound / 2) count *= 2;
    else if (spent > nanosecondsOfWarmUp) return Math.ceil(nanosecondsOfARound / fastest);
  }
}

/**
 * The same for rows that do all operations of a round at once.
 *
 * @param operations how many one run does
 */
export async function compareWhole(
  title: string,
  operations: number,
  rows: readonly Row[],
  { rounds = { counted: 9, warmUp: 2 }, notes }: { rounds?: Rounds; notes?: readonly string[] } = {},
): Promise<string> {
  const measured = await interleaved(rows.length, rounds, async (index) => {
    const time = await timed(() => rows[index]?.run(0));
    return time / operations;
  });
  return render(title, named(rows, measured), times, notes);
}

/** Compares what rows say of themselves: a time, or a number of bytes. */
export async function compareMeasured(
  title: string,
  rows: readonly { readonly name: string; readonly measure: () => Promise<number> | number }[],
  column: Column,
  {
    rounds = { counted: 9, warmUp: 1 },
    notes,
  }: { rounds?: Rounds; notes?: readonly string[] | undefined } = {},
): Promise<string> {
  const measured = await interleaved(rows.length, rounds, async (index) => rows[index]?.measure() ?? 0);
  return render(title, named(rows, measured), column, notes);
}

/** Measures each row once a round, so that what disturbs the machine disturbs all of them. */
async function interleaved(
  rows: number,
  { counted, warmUp }: Rounds,
  measure: (index: number) => Promise<number>,
): Promise<number[][]> {
  const measured = Array.from({ length: rows }, (): number[] => []);
  for (let round = -warmUp; round < counted; round++) {
    for (let index = 0; index < rows; index++) {
      // No row pays for the garbage of the one before. A full collection would drop compiled code, too.
      globalThis.gc?.({ type: 'minor' });
      const value = await measure(index);
      if (round >= 0) measured[index]?.push(value);
    }
  }
  return measured;
}

/** Nanoseconds. */
export async function timed(run: () => unknown): Promise<number> {
  const started = process.hrtime.bigint();
  sink[0] = await run();
  return Number(process.hrtime.bigint() - started);
}

function named(rows: readonly { readonly name: string }[], measured: readonly number[][]) {
  const floor = measured[0] ?? [];
  return rows.map(({ name }, index) => {
    const values = measured[index] ?? [];
    const ratios = values.map((value, round) => value / (floor[round] ?? value));
    return { name, values, ratio: median(ratios) };
  });
}
