import { expect, test } from 'vitest';
import { runNode, runProgram } from './fixtures/run-program.js';

const program = (name: string) => runProgram(`test/fixtures/programs/${name}.ts`);

test('a thousand tasks on threads leave exactly 1000 in the one singleton of the main thread', async () => {
  expect(await program('counter')).toMatchObject({ stdout: '1000 false\n', stderr: '', code: 0 });
});

test('a worker loads the slice: the top level runs once, and constants, helpers, imports, classes and enums are there', async () => {
  expect(await program('server')).toMatchObject({
    stdout: 'top level runs\ntask info A; task info B\n',
    stderr: '',
    code: 0,
  });
});

test('a function over module state and closures run on the event loop, after add has returned, with a warning for each place', async () => {
  const { stdout, stderr, code } = await program('closures');
  expect(stdout).toBe('0\nstate true, first true, second true\n');
  expect(stderr).toMatch(
    /remember \(test\/fixtures\/programs\/closures\.ts:6\) runs on the event loop: it uses seen/,
  );
  expect(stderr.match(/runs on the event loop: it uses local/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('every way to fail is told by name, and stops nothing else', async () => {
  const { stdout, stderr, code } = await program('failures');
  expect(stdout.split('\n').sort()).toEqual(
    [
      '',
      'This still runs',
      'assigns: RemoteError ERR_OFFSTAGE_REMOTE Gate lives on the main thread, and a task on a worker thread cannot change it from outside',
      'exits: WorkerDiedError ERR_OFFSTAGE_WORKER_DIED the worker thread died while it ran exits: process.exit(3) was called on a worker thread',
      'failingTask: Error - Task failed',
      'passesGate: OrderError E_ORDER gate is shut',
      'rejects: OrderError E_ORDER no such order',
      'returnsFunction: NotTransferableError ERR_OFFSTAGE_NOT_TRANSFERABLE the result is a function, which cannot cross between threads',
      'successfulTask: succeeded',
      'throwsNull: null',
    ].sort(),
  );
  expect(stderr).toContain('Error in background sync task failingTask: Task failed');
  expect(stderr).toContain('Error in background async task rejects: no such order');
  expect(code).toBe(0);
});

test('on a thread the default container, and what is injected from it, reach the main thread', async () => {
  const { stdout, stderr, code } = await program('container-on-thread');
  expect(stdout).toBe(
    [
      '10',
      'count 11',
      "[ 'slow', true, true, false ]",
      '13 false false',
      'Secret cannot be resolved on a worker thread: it has no name that the main thread knows',
      'Take it as a parameter of the task.',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('Error in background sync task asksForSecret: Secret cannot be resolved');
  expect(code).toBe(0);
});

test('a program that is given as text has threads, too', async () => {
  const text = ['--input-type=module', '--eval', `import './test/fixtures/programs/counter.ts'`];
  const { stdout, stderr, code } = await runNode(['--import', 'offstage/register', ...text]);
  expect({ stdout, stderr, code }).toEqual({ stdout: '1000 false\n', stderr: '', code: 0 });
});

test('a program whose preloads are TypeScript has threads, too', async () => {
  const preload = (name: string) => ['--import', name];
  const { stdout, stderr, code } = await runNode([
    '--max-old-space-size=500', // which no thread may be given
    ...preload('offstage/register'),
    ...preload('./test/fixtures/programs/preload/setup.ts'),
    'test/fixtures/programs/preload/app.ts',
  ]);
  expect({ stdout, stderr, code }).toEqual({ stdout: 'quiet 42\n', stderr: '', code: 0 });
});
