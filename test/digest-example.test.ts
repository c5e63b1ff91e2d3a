import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

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
  expect(await runProgram('examples/digest.ts', missing)).toEqual({
    code: 2,
    stdout: '',
    stderr: `digest: there is no folder ${missing}\n`,
  });
});
