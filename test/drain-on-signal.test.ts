import { drainOnSignal } from 'offstage';
import { describe, expect, test } from 'vitest';
import { runProgram, startProgram } from './fixtures/run-program.js';

/** A program that has begun what it does when it gets signals. */
async function started(situation: string, ...args: string[]) {
  const program = startProgram('test/fixtures/programs/drains.ts', situation, ...args);
  await program.printed('ready\n');
  return program;
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('after %s an idle process closes its singletons and ends with %d', async (signal, code) => {
  const { child, ended } = await started('idle');
  child.kill(signal);
  expect(await ended).toEqual({ code, signal: null, stdout: 'ready\nmailer closed\n', stderr: '' });
});

describe('what is under way ends first', () => {
  test.each([
    [
      'call',
      'the call of call(bg: Background, task: (mailer: Mailer) => unknown) (test/fixtures/programs/drains.ts:',
    ],
    ['app', ''],
    ['by hand', ''],
    ['in a child', ''],
    ['installed in a task', ''],
    ['taken back once', ''],
  ])('%s', async (situation, named) => {
    const { child, ended } = await started(situation);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toContain('SIGTERM: the process ends when these have ended:');
    expect(stdout).toContain(named);
    expect(stdout).toContain('  slow (running, added ');
    expect(stdout).toMatch(/slow is done\n[\s\S]*mailer closed\n$/);
  });

  test('also a task of a container that is not below the default one', async () => {
    const { child, ended } = await started('in another container');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toMatch(/slow is done\n$/);
    expect(stdout).toContain('  the call of call(bg: Background, ');
  });

  test('also a call of such a container that has nothing open', async () => {
    const { child, ended } = await started('a call alone in another container');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toMatch(/\n {2}the call of slow\(mailer: Mailer\) [\s\S]*slow is done\n$/);
  });

  test('a call that has nothing but singletons, too', async () => {
    const { child, ended } = await started('singletons alone');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toMatch(/\n {2}the call of slow\(mailer: Mailer\) [\s\S]*mailer closed\n$/);
  });

  test('also what is just being made', async () => {
    const { child, ended } = await started('starting');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143, stdout: 'ready\ndatabase closed\n', stderr: '' });
  });

  test('what nothing can end does not hold it, and is named', async () => {
    const { child, ended } = await started('unsettled');
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(
      /The process ends, and had not finished:\n {2}the call of call\(.*\n {2}hung \(running/,
    );
    expect(code).toBe(143);
  });
});

describe('when the grace period is over', () => {
  test.each(['hung', 'hung in another container', 'spinning'])(
    '%s is given up, by name',
    async (situation) => {
      const { child, ended } = await started(situation, '200');
      child.kill('SIGTERM');
      const { code, stderr } = await ended;
      expect(stderr).toContain('SIGTERM: the grace period of 200 ms is over');
      expect(stderr).toMatch(
        new RegExp(
          `The process ends, and had not finished:\n {2}the call of call\\(.*\n {2}${situation.slice(0, 4)}s? \\(running`,
        ),
      );
      expect(code).toBe(143);
    },
  );
});

describe('when the grace period is over, what is given up tidies up first', () => {
  test.each(['tidies', 'tidies by hand', 'tidies in the app'])('%s', async (situation) => {
    const { child, ended } = await started(situation, '100');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(stdout).toMatch(/aborted\ntidied up\nmailer closed\n$/);
    expect(stderr).toContain('SIGTERM: the grace period of 100 ms is over');
    expect(stderr).toMatch(/The process ends, and had not finished:[\s\S]*\n {2}tidies \(running/);
    expect(stderr).toMatch(/Closing gave up, after 0\.1 s, a task:\n {2}tidies \(running/);
    expect(code).toBe(143);
  });

  test('a second signal ends the process at once also then', async () => {
    const { child, ended, printed } = await started('clings', '100');
    child.kill('SIGTERM');
    await printed('aborted\n');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130 });
  });
});

describe('a second signal', () => {
  test.each(['hung', 'spinning'])('ends the process at once: %s', async (situation) => {
    const { child, ended, printed } = await started(situation);
    child.kill('SIGTERM');
    await printed('SIGTERM: the process ends when');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toContain('had not finished:');
    expect(code).toBe(130);
  });

  test('may be the same one, a while later', async () => {
    const { child, ended, printed } = await started('hung');
    child.kill('SIGTERM');
    await printed('SIGTERM: the process ends when');
    await new Promise((resolve) => setTimeout(resolve, 150)); // else it is taken for an echo
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143 });
  });

  test('is none if it is the same one, at once: npm and the terminal both send it', async () => {
    const { child, ended } = await started('echoed');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(stdout).toMatch(/slow is done\n[\s\S]*mailer closed\n$/);
    expect(code).toBe(130);
  });
});

test('an error while closing is told, and the exit code stays that of the signal', async () => {
  const { child, ended } = await started('fails to close');
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(stderr).toContain('the mailer does not close');
  expect(code).toBe(143);
});

test('so does it where what follows a call later finds its container disposed, which is told', async () => {
  const { child, ended } = await started('followed');
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  expect(stdout).toContain('slow is done\nwhat follows at once is served\n');
  expect(stderr).toContain('ContainerDisposedError');
  expect(code).toBe(143);
});

test('taken back, signals do what they do without it', async () => {
  const { child, ended } = await started('taken back');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('it is installed once however often it is called, and leaves no listener', () => {
  const listeners = () => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
  const before = listeners();
  const one = drainOnSignal();
  const other = drainOnSignal({ gracePeriod: Number.POSITIVE_INFINITY });
  expect(listeners()).toBe(before + 2);
  one[Symbol.dispose]();
  expect(listeners()).toBe(before + 2);
  other[Symbol.dispose]();
  expect(listeners()).toBe(before);
  expect(() => drainOnSignal({ gracePeriod: -1 })).toThrow('drainOnSignal({ gracePeriod: -1 })');
});

describe('a process that ends by itself names what it had not finished', () => {
  const program = (...args: string[]) => runProgram('test/fixtures/programs/unfinished.ts', ...args);
  const named = /The process ends, and had not finished:\n(?: {2}the call of call\(.*\n)? {2}hung \(/;

  test.each(['call', 'app', 'by hand'])('%s', async (kind) => {
    const { code, stderr } = await program(kind);
    expect(stderr).toMatch(named);
    expect(code).toBe(13);
  });

  test('a call that has nothing but singletons only if it awaits the end itself', async () => {
    const { code, stderr } = await program('disposes');
    expect(stderr).toMatch(/had not finished:\n {2}the call of anonymous\(_: Mailer\)/);
    expect(code).toBe(13);
    expect(await program('singletons alone')).toMatchObject({
      code: 0,
      stdout: 'mailer closed\n',
      stderr: '',
    });
    expect(await program('singletons alone', '0')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('and keeps the exit code that it was given', async () => {
    for (const exit of [0, 3]) {
      const { code, stderr } = await program('by hand', String(exit));
      expect(stderr).toMatch(named);
      expect(code).toBe(exit);
    }
  });

  test('but nothing where all has ended, or was given up before', async () => {
    expect(await program('nothing')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    for (const kind of ['given up', 'cancelled']) {
      const { code, stderr } = await program(kind);
      expect(stderr).not.toContain('had not finished');
      expect(code).toBe(0);
    }
  });
});
