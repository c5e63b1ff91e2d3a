import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('lists, lazy values, factories, optional parameters, token interfaces and methods are injected by type', async () => {
  expect(await runProgram('test/fixtures/programs/typed-parameters.ts')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: ['a+primary!', 'true', 'x,untitled', ',true', 'p7 true', '8', ''].join('\n'),
  });
});

test('a module that keeps a resource to its end, by using, may declare decorated classes', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/using-and-decorators.ts');
  expect({ stdout, stderr, code }).toEqual({ stdout: 'ada Mailer\n', stderr: '', code: 0 });
});

test.concurrent.each(['call', 'task', 'resolveAsync', 'sync'])(
  'what a class knows by import type is there for its first use: %s',
  async (use) => {
    const { stdout, stderr, code } = await runProgram('test/fixtures/programs/types-of-classes.ts', use);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'mail to ada\n', stderr: '', code: 0 });
  },
);
