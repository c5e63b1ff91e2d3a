import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('the promise program runs as written, and its sync task on a worker thread', async () => {
  const { stdout, stderr, code } = await runProgram('examples/promise/app.ts');
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'mail to ada@example.com: Welcome!',
    'accepted',
    'thumbnail on the main thread: false; it took time: true',
    '',
  ]);
  expect(code).toBe(0);
});
