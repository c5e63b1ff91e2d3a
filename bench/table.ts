/** One line of a table. */
interface Line {
  readonly name: string;
  /** One of each round. */
  readonly values: readonly number[];
  /** To the floor, within a round. */
  readonly ratio: number;
}

/** How the values of a table are written. */
export type Column = (value: number) => string;

/** Nanoseconds. */
export const times: Column = (nanoseconds) => {
  if (nanoseconds < 1e3) return `${nanoseconds.toPrecision(3)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toPrecision(3)} µs`;
  return nanoseconds < 1e9
    ? `${(nanoseconds / 1e6).toPrecision(3)} ms`
    : `${(nanoseconds / 1e9).toPrecision(3)} s`;
};

/** Bytes. */
export const sizes: Column = (bytes) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** A table of medians, each with its extremes and its ratio to the floor. */
export function render(
  title: string,
  lines: readonly Line[],
  column: Column,
  notes: readonly string[] = [],
): string {
  const rows = lines.map(({ name, values, ratio }) => {
    const extremes = `${column(Math.min(...values))} – ${column(Math.max(...values))}`;
    return [name, column(median(values)), extremes, ratio.toFixed(2)];
  });
  return section(title, ['', 'median', 'min – max', 'x floor'], rows, notes);
}

/** A heading, a table, and what is to be known of it. */
export function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replace('|  |', '| |');
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)];
  return [`## ${title}`, '', ...table, '', ...notes.flatMap((note) => [note, ''])].join('\n');
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
