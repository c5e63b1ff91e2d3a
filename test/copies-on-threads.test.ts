import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test("on: 'thread' gives a function over module state a copy of it on each thread", async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/copies-on-threads.ts');
  expect(stdout.split('\n')).toEqual([
    'a 1 of 1,b 1 of 2,a 2 of 3',
    '3 0',
    'x,x+y z',
    'closure() (test/fixtures/programs/copies-on-threads.ts:24) cannot run on a worker thread: it uses inner, of which a thread would see a copy',
    '',
  ]);
  expect(stderr).toMatch(/A task was not accepted: closure\(\)/);
  expect(code).toBe(0);
});
