import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('what is cancelled or given up while its types load was never accepted, and never runs', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/late-types/program.ts');
  const nothing = '0,0,0,0,0,0,0,0';
  expect(stdout.split('\n')).toEqual([
    'TaskCancelledError',
    'BackgroundClosedError',
    nothing,
    nothing,
    'sent',
    '',
  ]);
  expect(code).toBe(0);
});

test('a call whose types still load goes on when the container is disposed, and its tasks too', async () => {
  const { stdout, stderr } = await runProgram('test/fixtures/programs/late-types/disposed.ts');
  expect(stderr).toBe('');
  expect(stdout).toBe('sent\ndisposed\n');
});

test('the time that its types take to load is none in which a task runs', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/late-types/begins.ts');
  expect(stdout).toBe('added 60000 ms ago, running for 0 ms\nsent\n');
  expect(code).toBe(0);
});
