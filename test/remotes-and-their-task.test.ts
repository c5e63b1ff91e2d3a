import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

const ended = runProgram('test/fixtures/programs/remotes-and-their-task.ts');
/** What the task gave, up to the line of the next one. */
const given = async (name: string) =>
  (await ended).stdout.match(new RegExp(`^${name}: ([^]*?)\\n(?=\\w+: |true|before)`, 'm'))?.[1];

test('a rejection that the task handles is its own affair, now or later', async () => {
  expect(await given('handles')).toBe('handled RangeError: refused');
  expect(await given('handlesLate')).toBe('handled RangeError: refused');
});

test('a task that fails ends when what it has begun has ended', async () => {
  expect(await given('failsFirst')).toBe('RangeError: after it began something');
  expect((await ended).stdout).toContain('before,begun by a task that failed\n');
});

test('a remote that a task returns is that very instance, and within data it is refused', async () => {
  expect((await ended).stdout).toMatch(/^true$/m);
  expect(await given('returnsWithin')).toBe(
    'NotTransferableError: the result.shops[0] is an instance of Shop, which cannot cross between threads\n' +
      'Return plain data.',
  );
});

const taskEnded =
  'RemoteError: a remote was used after its task had ended\n' +
  'Await what the task begins, and give each task the objects that it needs.';

test('a remote that outlives its task is refused to later tasks and to timers, and blocks no thread', async () => {
  expect(await given('usesKept')).toBe(taskEnded);
  expect(await given('asksLate')).toBe(taskEnded);
  expect(await ended).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('runs on the event loop'),
  });
});
