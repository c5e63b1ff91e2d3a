import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runProgram, startProgram } from './fixtures/run-program.js';

const folder = mkdtempSync(join(tmpdir(), 'offstage-digest-'));
const report = fileURLToPath(new URL('../digest.jsonl', import.meta.url));
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(report, { force: true });
});

test('digests every file of a folder, and writes the report', async () => {
  for (let i = 0; i < 200; i++) writeFileSync(join(folder, `${i}.txt`), `line\n`.repeat(i));
  const { stdout, stderr, code } = await runProgram('examples/digest.ts', folder);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Files: {2}200\nBytes: {2}99500\n/);
  const lines = readFileSync(report, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(200);
  expect(lines.find((line) => line.path === join(folder, '7.txt'))).toMatchObject({
    bytes: 35,
    lines: 7,
    sha256: createHash('sha256').update('line\n'.repeat(7)).digest('hex'),
  });
  expect(code).toBe(0);
});

test('a missing folder is one clear line and exit code 2', async () => {
  const missing = join(folder, 'missing');
  expect(await runProgram('examples/digest.ts', missing)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `digest: there is no folder ${missing}\n`,
  });
});

/** What the report says, a line for each file. */
function reported(): Record<string, unknown>[] {
  return readFileSync(report, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('what can not be read is reported by kind, and the rest goes on', async () => {
  const odd = join(folder, 'odd');
  mkdirSync(odd);
  writeFileSync(join(odd, 'good.txt'), 'line\n');
  symlinkSync(join(odd, 'good.txt'), join(odd, 'link.txt'));
  symlinkSync(join(odd, 'missing.txt'), join(odd, 'dangling.txt'));
  symlinkSync(join(odd, 'round.txt'), join(odd, 'round.txt'));
  symlinkSync(odd, join(odd, 'itself'));
  const { stdout, code } = await runProgram('examples/digest.ts', odd);
  expect(stdout).toMatch(/^Files: {2}2\n/);
  expect(stdout).toMatch(/^Errors: 2, (ENOENT: 1, ELOOP: 1|ELOOP: 1, ENOENT: 1)$/m);
  expect(reported().filter(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      { path: join(odd, 'dangling.txt'), kind: 'ENOENT' },
      { path: join(odd, 'round.txt'), kind: 'ELOOP' },
    ]),
  );
  expect(code).toBe(0);
});

test('--inline does the same work on the main thread', async () => {
  const byPath = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    String(a.path).localeCompare(String(b.path));
  await runProgram('examples/digest.ts', folder);
  const onThreads = reported().sort(byPath);
  const { stdout, code } = await runProgram('examples/digest.ts', folder, '--inline');
  expect(reported().sort(byPath)).toEqual(onThreads);
  expect(stdout).toContain('(inline)');
  expect(code).toBe(0);
});

test('Ctrl-C stops taking files, finishes what runs, and reports what was done', async () => {
  const many = join(folder, 'many');
  mkdirSync(many);
  for (let i = 0; i < 20_000; i++) writeFileSync(join(many, `${i}.txt`), 'line\n');
  const { child, ended } = startProgram('examples/digest.ts', many);
  child.stderr.once('data', () => child.kill('SIGINT')); // its first thousand files
  const { stdout, code } = await ended;
  expect(code).toBe(130);
  const [, files] = stdout.match(/^Files: {2}(\d+)\n/) ?? [];
  expect(Number(files)).toBeGreaterThanOrEqual(1_000);
  expect(Number(files)).toBeLessThan(20_000);
  const lines = reported();
  expect(lines).toHaveLength(Number(files));
  for (const line of lines) expect(line).toMatchObject({ bytes: 5, lines: 1 });
});
