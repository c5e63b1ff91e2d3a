// What the transform costs: over real sources, at the start of a program, and when a thread loads its first slice.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'offstage/transform';
import { parseSync } from 'oxc-parser';
import { fetchSources, folderOf, packages } from '../test/fixtures/real-sources/fetch.js';
import { read, sourceFiles } from '../test/fixtures/real-sources/source-files.js';
import { compareWhole, sink } from './compare.js';
import { median } from './table.js';

export async function transformTables(): Promise<string[]> {
  return [await passOverRealSources(), await startOfAProgram(), firstTask()];
}

async function passOverRealSources(): Promise<string> {
  await fetchSources();
  const files = packages.flatMap(({ name }) => sourceFiles(folderOf(name)));
  const sources = files.map((file) => [file, read(file)] as const);
  const pass = (run: (file: string, code: string) => unknown): number => {
    const started = performance.now();
    for (const [file, code] of sources) sink[0] = run(file, code);
    return performance.now() - started;
  };
  // Whole passes, interleaved; the first round only warms up. A pass is long enough to stand for itself.
  const rounds = Array.from({ length: 4 }, () => {
    // oxc-parser makes its tree when it is asked for.
    const parsing = pass((file, code) => parseSync(file, code).program.body);
    return { parsing, transforming: pass((file, code) => transform(code, file)) };
  }).slice(1);
  const seconds = (times: number[]) => `${(median(times) / 1_000).toFixed(2)} s`;
  return [
    `## ${files.length} files of ${packages.length} packages`,
    '',
    '| | median | x floor |',
    '| --- | --- | --- |',
    `| oxc-parser (floor) | ${seconds(rounds.map(({ parsing }) => parsing))} | 1.00 |`,
    `| offstage/transform | ${seconds(rounds.map(({ transforming }) => transforming))} | ${median(rounds.map(({ parsing, transforming }) => transforming / parsing)).toFixed(2)} |`,
    '',
  ].join('\n');
}

async function startOfAProgram(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'offstage-start-'));
  const program = join(folder, 'app.ts');
  writeFileSync(program, "const greet = (name: string) => 'hello ' + name;\nconsole.log(greet('ada'));\n");
  writeFileSync(join(folder, 'app.mjs'), 'console.log("hello ada");\n');
  const node = (...args: string[]) => ({
    run: () => execFileSync(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)) }),
  });
  const table = await compareWhole('The start of a program of one file', 1, [
    { name: 'node app.mjs (floor)', ...node(join(folder, 'app.mjs')) },
    { name: 'node --import offstage/register app.ts', ...node('--import', 'offstage/register', program) },
    { name: 'node --import tsx app.ts', ...node('--import', 'tsx', program) },
  ]);
  rmSync(folder, { recursive: true });
  return table;
}

/** In processes of their own, each of which measures itself. */
function firstTask(): string {
  const measure = (...args: string[]) => {
    const times = Array.from({ length: 9 }, () =>
      Number(execFileSync(process.execPath, args, { encoding: 'utf8' })),
    );
    return `${times.sort((a, b) => a - b)[4]?.toFixed(0)} ms`;
  };
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const bare = measure(here('./first-task-tinypool.mjs'));
  const own = measure('--import', 'offstage/register', here('./first-task.ts'));
  const title = '## A new thread, until its first task runs: it starts, and loads a slice';
  return [title, '', `- tinypool, which loads a file of one line: ${bare}`, `- offstage: ${own}`, ''].join(
    '\n',
  );
}
