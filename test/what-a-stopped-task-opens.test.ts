import { Background, inject, TaskCancelledError, type TaskHandle } from 'offstage';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();
const clock = eachClock();
afterEach(() => vi.restoreAllMocks());

/** How a task is stopped whose body takes no signal, and goes on. */
const stops: Record<string, (task: TaskHandle, bg: Background) => unknown> = {
  cancelled: (task) => task.cancel('too slow'),
  'timed out': () => clock.advance(1_000),
  'given up': (_, bg) => {
    void bg[Symbol.asyncDispose]();
    return clock.advance(500);
  },
};

describe.each(Object.keys(stops))('a task that was %s', (how) => {
  const stop = stops[how] as (task: TaskHandle, bg: Background) => unknown;

  /** Runs a body as a task that is stopped before it goes on. */
  async function stopped(body: (goesOn: Promise<void>) => Promise<unknown>) {
    const goes = gate();
    const bg = new Background({ gracePeriod: 500 });
    const given = gate<unknown>();
    const timed = how === 'timed out' ? bg.with({ timeout: 1_000 }) : bg;
    const task = await timed.add(async () => body(goes.passed).then(given.open, given.open));
    await stop(task, bg);
    goes.open();
    const result = await given.passed;
    await bg.idle();
    return result;
  }

  let ran = 0;
  const child = async () => void ran++;

  test('adds nothing to a Background that it opens after that', async () => {
    ran = 0;
    const nested = inject([Background], async (bg) => void (await bg.add(child)));
    const error = await stopped(async (goesOn) => {
      await goesOn;
      await nested();
    });
    expect(error).toBeInstanceOf(TaskCancelledError);
    expect(ran).toBe(0);
  });

  test('nor to one that was open before, whose map ends, too', async () => {
    ran = 0;
    let taken = 0;
    function* items() {
      while (taken < 100) yield taken++;
    }
    const nested = inject([Background], async (bg, goesOn: Promise<void>) => {
      await bg.add(child);
      await goesOn;
      await bg.map(async (_: number) => child(), items());
    });
    const error = await stopped(nested);
    expect(error).toBeInstanceOf(TaskCancelledError);
    expect([ran, taken]).toEqual([1, 1]);
  });

  test('and what it adds without a wait is no unhandled rejection, and nothing to log', async () => {
    ran = 0;
    const nested = inject([Background], async (bg) => void bg.with({ name: 'mail' }).add(child));
    await stopped(async (goesOn) => {
      await goesOn;
      log.lines.length = 0;
      await nested();
    });
    await settled();
    expect([ran, log.lines]).toEqual([0, []]);
  });
});

test('the reason is the cause, and the next attempt adds what it wants', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const goes = gate();
  const errors: unknown[] = [];
  const nested = inject([Background], async (bg) => (await bg.add(async () => 'added')).result);
  const bg = new Background();
  let attempts = 0;
  const task = await bg.with({ timeout: 100, retries: 1, backoff: { initial: 50 } }).add(async () => {
    if (attempts++ > 0) return nested();
    await goes.passed;
    return nested().catch((error) => errors.push(error));
  });
  await clock.advance(100);
  goes.open();
  await clock.advance(50);
  await expect(task.result).resolves.toBe('added');
  expect(errors).toMatchObject([{ name: 'TaskCancelledError', cause: { name: 'TaskTimeoutError' } }]);
});
