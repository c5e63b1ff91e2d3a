import { expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

test('200 containers, 1,000,000 scopes and 500,000 values of a factory pass through a heap of 100 MB', async () => {
  const heap = ['--max-old-space-size=100', '--max-semi-space-size=4'];
  expect(await runNode([...heap, 'test/fixtures/programs/many-scopes.mjs'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: '0\n',
  });
});

test('60,000 calls with a Background each, all in one task, pass through a heap of 60 MB', async () => {
  const heap = ['--max-old-space-size=60', '--max-semi-space-size=4'];
  expect(await runNode([...heap, 'test/fixtures/programs/many-nested-calls.mjs'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: 'done\n',
  });
});
