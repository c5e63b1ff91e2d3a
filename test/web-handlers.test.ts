import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('a handler waits for the modules of its types and for what it is injected, and is given factories, not what its framework passes beside', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/handlers.ts');
  expect({ lines: stdout.trim().split('\n').sort(), stderr, code }).toEqual({
    lines: ['200 it costs 7', '200 it is noon', '200 tickets 1 and 2', 'task of /time'],
    stderr: '',
    code: 0,
  });
});
