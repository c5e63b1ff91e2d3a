import { expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

test("the library loads in a context of node:vm, as vitest's vmThreads give their tests", async () => {
  const config = 'test/fixtures/other-contexts/vitest.config.ts';
  const { code, stdout } = await runNode(['node_modules/vitest/vitest.mjs', 'run', '--config', config]);
  expect(stdout).toContain('1 passed');
  expect(code).toBe(0);
});
