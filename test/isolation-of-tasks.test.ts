import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

/** What each of so many failing tasks is told. */
const outcomes = (each: number) => ({
  rejects: { 'failed RangeError': each },
  throws: { 'failed RangeError': each },
  throwsNull: { 'failed null': each },
  throwsText: { 'failed text': each },
  takes: { 'failed NotTransferableError': each },
  gives: { 'failed NotTransferableError': each },
  failsLate: { 'failed Error': each },
  exits: { 'failed WorkerDiedError': each },
  fillsMemory: { 'failed WorkerDiedError': each },
  loops: { 'timed-out TaskTimeoutError': each },
});

test('of a thousand tasks three in ten fail, in ten ways: each is told, and the others all finish', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/isolation.ts', '2', '1000');
  expect(JSON.parse(stdout)).toEqual({
    finished: 700,
    recorded: 700,
    doubled: 0,
    outcomes: outcomes(30),
    counts: {
      accepted: 1_000,
      waiting: 0,
      running: 0,
      succeeded: 700,
      failed: 270,
      cancelled: 0,
      timedOut: 30,
      abandoned: 0,
    },
    events: [],
  });
  expect(code).toBe(0);
}, 120_000);

test('and with one thread, too: what waits behind one that died moves on', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/isolation.ts', '1', '200');
  expect(JSON.parse(stdout)).toMatchObject({
    finished: 140,
    recorded: 140,
    outcomes: outcomes(6),
    events: [],
  });
  expect(code).toBe(0);
}, 120_000);
