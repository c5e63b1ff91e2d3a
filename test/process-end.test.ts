import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

const program = (name: string) => runProgram(`test/fixtures/programs/${name}.ts`);

test('a program ends by itself when its work is done, long before an idle thread would, and loses no output', async () => {
  const started = performance.now();
  const { stdout, stderr, code } = await program('prints-from-thread');
  expect(stdout.split('\n').filter((line) => line.startsWith('line '))).toHaveLength(1000);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  // Threads are kept for ten seconds.
  expect(performance.now() - started).toBeLessThan(9_000);
});

test('an error at the top level ends the program with 1, threads or not', async () => {
  const { stderr, code } = await program('fails-at-the-top');
  expect(stderr).toContain('the top level fails');
  expect(code).toBe(1);
});

test('a task that asks for threads of its own is refused, and starts nothing', async () => {
  const { stdout, code } = await program('pool-in-a-pool');
  expect(stdout).toBe(
    [
      'evaluated, true',
      'NestedPoolError: a task on a worker thread asked for worker threads of its own',
      'Add the tasks from the main thread, or from an async task.',
      'RemoteError: Background cannot be resolved on a worker thread: it has no name that the main thread knows',
      'Take it as a parameter of the task.',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('when nothing is left to do, the singletons of the default container are disposed, in reverse', async () => {
  const path = 'test/fixtures/programs/disposed-at-the-end.ts';
  const stdout = 'true\nmailer closed\npool closed\n';
  expect(await runProgram(path)).toMatchObject({ code: 0, stderr: '', stdout });
  const failing = await runProgram(path, '--fail');
  expect(failing).toMatchObject({ code: 1, stdout });
  expect(failing.stderr).toContain('the mailer does not close');
  const caught = { code: 0, stderr: '', stdout: `${stdout}caught: the mailer does not close\n` };
  expect(await runProgram(path, '--fail', '--caught')).toMatchObject(caught);
});

test('a singleton whose disposal does not end is named, and the program has not succeeded', async () => {
  const ended = await runProgram('test/fixtures/programs/disposed-at-the-end.ts', '--never');
  expect(ended).toMatchObject({ code: 13, stdout: 'true\nmailer closed\n' });
  expect(ended.stderr).toContain('The process ends, and had not finished:\n  the disposal of Pool\n');
});
