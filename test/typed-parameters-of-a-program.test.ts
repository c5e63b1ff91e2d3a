import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('lists, lazy values, factories, optional parameters, token interfaces and methods are injected by type', async () => {
  expect(await runProgram('test/fixtures/programs/typed-parameters.ts')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: ['a+primary!', 'true', 'x,untitled', ',true', 'p7 true', '8', ''].join('\n'),
  });
});

test('tokens by hand may stand for what a rest parameter takes', async () => {
  expect(await runProgram('test/fixtures/programs/tokens-for-a-rest.ts')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'a b',
      'a b',
      'a b',
      'a b more',
      'a more',
      'ProviderNotFoundError: no provider for Missing',
      '',
    ].join('\n'),
  });
});

test('behind tokens by hand, parameters with a default take what is passed', async () => {
  expect(await runProgram('test/fixtures/programs/tokens-before-defaults.ts')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: ['1 5', '1 3', '1 s 5', '1 5', '1 5', '5 3', '1 5', ''].join('\n'),
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

test('data that shares its name with a type stands for nothing that could be injected: the caller passes it', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/data-beside-types/program.ts');
  const given = Object.fromEntries(
    stdout.split('\n', 9).map((line) => {
      const [name = '', value = ''] = line.split(/: (.*)/, 2);
      return [name, JSON.parse(value)];
    }),
  );
  expect({ given, stderr, code }).toEqual({
    given: {
      passed: ['mailer', 1, 'on', 'ada', 'x'],
      optional: ['mailer', 1, 'on', 'ada', '<x>'],
      'left out': ['mailer', null, null, null, null],
      'instead of the default': ['mailer', 1, 'on'],
      default: ['mailer', 0, 'off'],
      lists: ['mailer', [1], [{ text: 'ada' }]],
      'on a thread': [1, 'on'],
      'on the loop': [1, { text: 'ada' }],
      missing: expect.stringMatching(/no argument for level: Level$/),
    },
    stderr: '',
    code: 0,
  });
});

test('classes that are registered without a decorator are known, also where nothing is injected into them', async () => {
  expect(await runProgram('test/fixtures/programs/registered-classes.ts')).toMatchObject({
    stdout:
      'undefined 2\n' +
      'Report(title: string) (test/fixtures/programs/registered-classes.ts:10): nothing can be injected for title: string, which names no class or token\n' +
      'Give title a default value, or register a factory: Container.registerProvider(Report, { useFactory: () => new Report(…) }).\n',
    stderr: '',
  });
});
