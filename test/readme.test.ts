import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));

test('the program of the README runs as shown', async () => {
  const [, program] = readFileSync(join(root, 'README.md'), 'utf8').match(/```ts\n([\s\S]*?)```/) ?? [];
  // Inside the project, so that its imports find the package.
  const folder = mkdtempSync(join(root, 'test/fixtures/readme-'));
  try {
    writeFileSync(join(folder, 'app.ts'), String(program));
    const { stdout, stderr, code } = await runProgram(join(folder, 'app.ts'));
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'mail to ada@example.com: Welcome!\naccepted\n',
      stderr: '',
      code: 0,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
