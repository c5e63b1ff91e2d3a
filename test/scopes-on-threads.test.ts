import { expect, test } from 'vitest';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/scopes-on-threads/program.ts');
const { given } = program;

test('the program ends well, and closes nothing at its end', () => {
  expect(program.ended.code).toBe(0);
  expect(given('end')).toEqual([]);
});

test.each(['first', 'later'])('what a nested call opens on a thread closes with the call: %s', (time) => {
  expect(given(`${time} saves`)).toEqual({ given: 'ok', log: ['BEGIN', 'COMMIT ok'] });
  expect(given(`${time} saves a bad one`)).toEqual({
    given: 'Error: bad row',
    log: ['BEGIN', 'ROLLBACK bad row'],
  });
  expect(given(`${time} saves a refused one`)).toEqual({
    given: 'RangeError: the commit is refused',
    log: ['BEGIN', 'COMMIT refused'],
  });
});

test('it closes before the call returns, and code on the thread catches why that fails', () => {
  expect(given('saves many')).toEqual({
    given: ['a', 'Error: bad row', 'RangeError: the commit is refused'],
    log: [
      ...['BEGIN', 'COMMIT a'],
      ...['BEGIN', 'ROLLBACK bad row'],
      ...['BEGIN', 'COMMIT refused', 'behind them'],
    ],
  });
});

test.each(['first', 'later'])('what is left open closes with the task: %s', (time) => {
  const opened = ['BEGIN', 'BEGIN'];
  expect(given(`${time} leaves open`)).toEqual({
    given: 'ok',
    log: [...opened, 'COMMIT ok alone', 'COMMIT ok'],
  });
  expect(given(`${time} leaves open and fails`)).toEqual({
    given: 'Error: bad task',
    log: [...opened, 'ROLLBACK bad task', 'ROLLBACK bad task'],
  });
  expect(given(`${time} leaves a refused one`)).toEqual({
    given: 'RangeError: the commit is refused',
    log: [...opened, 'COMMIT refused alone', 'COMMIT refused'],
  });
});

test('what a thread that dies has open is rolled back', () => {
  const rolledBack = expect.stringContaining('ROLLBACK the worker thread died while it ran leavesOpen');
  expect(given('leaves open and dies')).toEqual({
    given: expect.stringContaining('WorkerDiedError'),
    log: ['BEGIN', 'BEGIN', rolledBack, rolledBack],
  });
});

test('one call has one of each resource, also where that is a part of something else', () => {
  expect(given('shares in one call')).toEqual({ given: [1, 2, 3], log: ['BEGIN', 'COMMIT one,two,three'] });
});

test("with nested: 'share', calls within a call share its resource, and that of the task", () => {
  expect(given('shares with nested calls')).toEqual({ given: [1, 2, 3], log: ['open', 'close after 3'] });
  expect(given('shares with the task')).toEqual({
    given: [1, 2, 3, [4, 1]],
    log: ['open', 'open', 'close after 1', 'close after 4'],
  });
  expect(given('shares with none')).toEqual({
    given: [1, 1],
    log: ['open', 'open', 'close after 1', 'close after 1'],
  });
});

test('a scope that is opened by hand on a thread closes what it gives, and gives nothing after that', () => {
  const refused = 'ScopeClosedError: Tx was asked of an injection scope that has ended';
  expect(given('scope by hand')).toEqual({
    log: ['BEGIN', 'within', 'COMMIT by hand,the same', 'behind it', refused],
  });
  expect(given('scope ends unused')).toEqual({ log: ['true', refused, refused] });
});

test('what is resolved by itself on a thread is closed by await using', () => {
  expect(given('resolves by hand')).toEqual({
    log: ['BEGIN', 'BEGIN', 'within', 'COMMIT in a repo', 'COMMIT standalone', 'behind it'],
  });
});

test('an async nested call waits for what takes time to open and to close, and a sync one is refused', () => {
  expect(given('waits')).toEqual({ given: 'slow', log: ['opened slowly', 'closed slowly'] });
  expect(given('waits and fails')).toEqual({
    given: 'Error: slow failure',
    log: ['opened slowly', 'closed slowly slow failure'],
  });
  expect(given('does not wait')).toMatchObject({
    given: expect.stringContaining('AsyncProviderInSyncContextError'),
  });
});

test('what a thread cannot name is not there if it is a class, and asking for anything else says what to do', () => {
  const unnamed = 'cannot be resolved on a worker thread: it has no name that the main thread knows';
  expect(given('asks for what is unknown')).toEqual({
    given: [['function', true], false, `RemoteError: Date ${unnamed}`, `RemoteError: Lazy<Log> ${unnamed}`],
    log: [],
  });
});
