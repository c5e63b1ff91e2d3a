import { RegistrationError, task } from 'offstage';
import { expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

test('tasks of plain JavaScript, named by hand, run on threads, and what goes wrong is told', async () => {
  const { stdout, code } = await runNode(['test/fixtures/programs/tasks-by-hand.mjs']);
  expect(stdout).toBe(
    [
      '42',
      'TaskNotFoundError: the task renamed: here has no function renamed when a worker thread loads it',
      'Export the function under that name, at the top level of the module.',
      'RangeError: this module does not load',
      'RangeError: this module does not load',
      '8',
      '5 true false',
      '0',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test.each([
  ['a module without a file', () => task('data:text/javascript,', 'run', () => {})],
  ['no name', () => task(import.meta.url, '', () => {})],
  ['no function', () => task(import.meta.url, 'run', 1 as never)],
])('%s is refused', (_, register) => {
  expect(register).toThrow(RegistrationError);
  expect(register).toThrow(
    "Write: export const resize = task(import.meta.url, 'resize', (path: string) => { … }).",
  );
});
