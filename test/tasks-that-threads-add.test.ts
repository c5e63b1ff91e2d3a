import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { type Ended, runNode, runProgram } from './fixtures/run-program.js';

const program = 'test/fixtures/programs/adding/program.ts';
const folder = mkdtempSync(join(tmpdir(), 'offstage-adding-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = fileURLToPath(new URL('../', import.meta.url));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
cpSync(join(root, 'test/fixtures/programs/adding'), join(folder, 'src'), { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "experimentalDecorators": true } }');

function expectAllRun({ stdout, code }: Ended) {
  expect(
    stdout
      .trim()
      .split('\n')
      .filter((line) => / on (a thread|the event loop)$/.test(line))
      .sort(),
  ).toEqual([
    'arrow on the event loop',
    'first on a thread',
    'importedAsync on the event loop',
    'importedSync on a thread',
    'needsLog on the event loop',
    'needsNothing on the event loop',
    'second on a thread',
    'spread on a thread',
    'sync on a thread',
  ]);
  expect(code).toBe(0);
}

test('a task on a thread adds async tasks, which run on the event loop, and sync ones', async () => {
  expectAllRun(await runProgram(program));
});

test('a function within such a task is refused, and the error says what to do', async () => {
  const { stdout } = await runProgram(program);
  expect(stdout).toMatch(/^RemoteError: the main thread has no function .*\nDeclare it at the top level/m);
});

test('functions of a module that the thread has loaded as it is, for a task by hand, are found', async () => {
  const ended = await runProgram('test/fixtures/programs/adding/by-hand.ts');
  expect(ended).toMatchObject({ stdout: '2 [ 6, 9 ]\n', stderr: '' });
});

test.each(['rollup', 'rolldown', 'vite', 'esbuild'] as const)(
  '%s: the same in a bundle',
  async (name) => {
    const output = join(folder, name);
    await bundlers[name]({ folder, entry: 'src/program.ts', output });
    expectAllRun(await runNode([join(output, 'program.js')]));
  },
  60_000,
);
