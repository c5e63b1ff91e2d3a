import { expect, test } from 'vitest';
import { runNode, runProgram, withPermissions } from './fixtures/run-program.js';

const whatToDo = 'Throw an error instead of ending the thread, and look at the cause.';

test('a thread that exits or runs out of memory, and an error that nobody catches, fail one task, and all others run', async () => {
  const heap = '--max-old-space-size=64';
  const program = 'test/fixtures/programs/worker-death.ts';
  const { stdout, stderr, code } = await runNode([heap, '--import', 'offstage/register', program]);
  expect(stdout.replace(/\d+ MiB/, 'n MiB')).toBe(
    [
      'exits: WorkerDiedError: the worker thread died while it ran exits: process.exit(3) was called on a worker thread',
      whatToDo,
      'exitsAndGoesOn: WorkerDiedError: the worker thread died while it ran exitsAndGoesOn: process.exit() was called on a worker thread',
      whatToDo,
      'reallyExits: WorkerDiedError: the worker thread died while it ran reallyExits: the thread ended with code 4',
      whatToDo,
      'throwsLater: RangeError: too late',
      'forgets: Error: forgotten',
      'exhausts: WorkerDiedError: the worker thread died while it ran exhausts: it needed more than the n MiB that a thread may use',
      'Have the task hold less at one time, or raise maxWorkerMemory.',
      '1,2,3,4,5,6,7,8',
      '',
    ].join('\n'),
  );
  for (const name of ['exits', 'reallyExits', 'exhausts']) {
    expect(stderr).toContain(`Error in background sync task ${name}: the worker thread died`);
  }
  expect(code).toBe(0);
});

test('threads that die one after the other, with tasks of several callers waiting, are each replaced', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/shared-pool.ts');
  const died =
    'WorkerDiedError: the worker thread died while it ran reallyExits: the thread ended with code 4';
  expect(stdout).toBe(`${[died, died, '1', died, '2'].join('\n')}\n`);
  expect(code).toBe(0);
});

test.each([
  ['unprintable', /^(paused\n){8}$/],
  // The next task may begin on another thread, before or after the end of the first one.
  ['unheard', /^((WorkerDiedError|paused)\n){8}$/],
  ['exiting', /^((WorkerDiedError|paused)\n){8}$/],
])('an error with which Node ends a thread ends no process: %s', async (how, results) => {
  const { stdout, code } = await runProgram('test/fixtures/programs/errors-that-end-threads.ts', how);
  expect(stdout).toMatch(results);
  expect(code).toBe(0);
});

test('threads that cannot even start fail each task, and none waits for ever', async () => {
  const { stdout, code } = await runNode([
    ...['--import', 'offstage/register', '--import', './test/fixtures/programs/fails-on-threads.mjs'],
    'test/fixtures/programs/three-tasks.ts',
  ]);
  const died = `WorkerDiedError: the worker thread died while it ran works: not on a thread\n${whatToDo}\n`;
  expect(stdout).toBe(died.repeat(3));
  expect(code).toBe(0);
});

test('where permissions allow no threads, each task says so, and none waits for ever', async () => {
  const { stdout, code } = await runNode([...withPermissions, 'test/fixtures/programs/tasks-by-hand.mjs']);
  const told = (name: string) =>
    `WorkerDiedError: no worker thread could start to run ${name}: the permissions of Node do not allow it
Start Node with --allow-worker, too, or have tasks run on the event loop: bg.with({ on: 'loop' }).\n`;
  expect(stdout).toBe(
    `${['double', 'renamed', 'nothing', 'nothing', 'double', 'counts'].map(told).join('')}0\n`,
  );
  expect(code).toBe(0);
});

test('what a thread that died had asked for is waited for, before anything closes and before another attempt', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/dies-while-it-asks.ts');
  expect(stdout.trim().split('\n')).toEqual([
    ...['takes', 'begins', 'dead, attempt 1', 'ends', 'closes'],
    ...['begins', 'ends', 'closes', 'WorkerDiedError'],
    ...['asks', 'begins', 'dead, attempt 1', 'ends', 'begins', 'ends', 'WorkerDiedError'],
    ...['timed', 'begins', 'waiting', 'timed-out', 'ends', 'closes'],
  ]);
  expect(code).toBe(0);
});
