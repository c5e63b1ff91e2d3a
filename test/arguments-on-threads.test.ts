import { Background, NotTransferableError, transfer } from 'offstage';
import { describe, expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';
import { own, takes } from './fixtures/thread-functions.js';

quietLog();

/** A task without one goes to its thread with others, ahead of its start. */
const timeouts = [Number.POSITIVE_INFINITY, 20_000];

class Shop {}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** An object whose only field can be read so often, and then throws. */
function readable(times: number): object {
  let left = times;
  return {
    get field() {
      if (left-- <= 0) throw new Error('not readable');
      return 1;
    },
  };
}

describe('an argument that cannot be read fails its task alone, and its place is free', () => {
  const hostile: Record<string, () => unknown> = {
    'a revoked proxy of data': () => revoked({}),
    'a revoked proxy of an instance': () => revoked(new Shop()),
    'a revoked proxy of a function': () => revoked(() => {}),
    'a proxy that hides its class': () =>
      new Proxy(new Shop(), {
        getPrototypeOf() {
          throw new Error('hidden');
        },
      }),
    'a getter that throws': () => readable(0),
  };
  test.each(Object.keys(hostile))('%s', async (what) => {
    const bg = new Background({ maxWorkers: 1 });
    await (await bg.add(own)).result; // a thread is there
    const tasks = [];
    for (const timeout of timeouts) {
      tasks.push(await bg.with({ timeout }).add(takes, hostile[what]?.()));
      tasks.push(await bg.with({ timeout }).add(own));
    }
    await bg.idle();
    expect(tasks.map(({ status }) => status)).toEqual(['failed', 'succeeded', 'failed', 'succeeded']);
  });
});

test('what is refused is told with what to do instead', async () => {
  const bg = new Background({ maxWorkers: 1 });
  const told = async (value: unknown) => {
    const { result } = await bg.add(takes, value);
    return result.catch((error: Error) => error.message);
  };
  expect(await told(new Proxy({ a: 1 }, {}))).toBe(
    'takes(#1) is a proxy, which cannot cross between threads\nPass plain data, such as { ...it }.',
  );
  expect(await told(() => {})).toMatch(/A Factory is for a method of a dependency\.$/);
});

test.each(timeouts)('one that throws only when it is sent is told as such: timeout %d', async (timeout) => {
  const bg = new Background({ maxWorkers: 1 });
  await (await bg.add(own)).result;
  const { result } = await bg.with({ timeout }).add(takes, readable(1));
  await expect(result).rejects.toThrow(NotTransferableError);
  await expect(result).rejects.toThrow(/^an argument of takes cannot cross to a thread: not readable\n/);
});

test.each(timeouts)('what two arguments share is moved once: timeout %d', async (timeout) => {
  const bg = new Background({ maxWorkers: 1 });
  await (await bg.add(own)).result;
  const bytes = new ArrayBuffer(8);
  const halves = [new Uint8Array(bytes, 0, 4), new Uint8Array(bytes, 4)] as const;
  const { result } = await bg.with({ timeout }).add(takes, transfer(halves[0]), transfer(halves[1]));
  await expect(result).resolves.toBe('taken');
  expect(bytes.byteLength).toBe(0);
});
