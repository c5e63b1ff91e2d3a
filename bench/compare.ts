/** One way to do the thing that a table compares. The first row of a table is the hand-written floor. */
export interface Row {
  readonly name: string;
  readonly run: (index: number) => unknown;
}

/** What a table shows of a row. */
interface Measured {
  readonly name: string;
  readonly nanoseconds: number;
  readonly ratio: number;
}

/** Rounds that are not counted. */
const warmUp = 3;

/** Where results go, so that no loop is optimised away. */
export const sink: unknown[] = [undefined];

/**
 * Compares sync rows by interleaved rounds in one process.
 *
 * @param operations how often each row runs in one round
 */
export async function compare(title: string, operations: number, rows: readonly Row[]): Promise<string> {
  const loops = rows.map((row) => {
    const body = 'let last; for (let i = 0; i < count; i++) last = run(i); return last;';
    return ownLoop(title, row, `return () => { ${body} }`, operations);
  });
  return table(title, await rounds(rows, loops, operations));
}

/**
 * A loop of its own for each row: in a shared one the engine sees many functions, and inlines none. Equal sources
 * share what the engine learns of them, so each has its name in a comment.
 */
function ownLoop(title: string, { name, run }: Row, source: string, operations: number): () => unknown {
  return new Function('run', 'count', `/* ${title}: ${name} */ ${source}`)(run, operations);
}

/** The same for rows that give promises, each awaited before the next. */
export async function compareAsync(title: string, operations: number, rows: readonly Row[]): Promise<string> {
  const loops = rows.map((row) => {
    const body = 'let last; for (let i = 0; i < count; i++) last = await run(i); return last;';
    return ownLoop(title, row, `return async () => { ${body} }`, operations);
  });
  return table(title, await rounds(rows, loops, operations));
}

/** The same for rows that do all operations at once. */
export async function compareWhole(
  title: string,
  operations: number,
  rows: readonly Row[],
  count = 9,
): Promise<string> {
  const loops = rows.map(
    ({ run }) =>
      () =>
        run(0),
  );
  return table(title, await rounds(rows, loops, operations, count));
}

async function rounds(
  rows: readonly Row[],
  loops: readonly (() => unknown)[],
  operations: number,
  count = 15,
): Promise<Measured[]> {
  const times = rows.map((): number[] => []);
  for (let round = -warmUp; round < count; round++) {
    for (let step = 0; step < loops.length; step++) {
      const loop = loops[step] as () => unknown; // in bounds
      // No row pays for the garbage of the one before, nor for getting warm again behind a collection.
      globalThis.gc?.();
      await loop();
      const started = process.hrtime.bigint();
      sink[0] = await loop();
      if (round >= 0) times[step]?.push(Number(process.hrtime.bigint() - started) / operations);
    }
  }
  const floor = times[0] ?? [];
  return rows.map(({ name }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((time, round) => time / (floor[round] ?? time));
    return { name, nanoseconds: median(own), ratio: median(ratios) };
  });
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function table(title: string, rows: readonly Measured[]): string {
  const lines = rows.map(
    ({ name, nanoseconds, ratio }) => `| ${name} | ${shown(nanoseconds)} | ${ratio.toFixed(2)} |`,
  );
  return [`## ${title}`, '', '| | median | x floor |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

function shown(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds.toFixed(1)} ns`;
  return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(2)} µs` : `${(nanoseconds / 1e6).toFixed(1)} ms`;
}
