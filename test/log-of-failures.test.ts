import { consola, LogLevels } from 'consola';
import { Background } from 'offstage';
import { afterEach, describe, expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();
const { level } = consola;
afterEach(() => {
  consola.level = level;
});

/** What is logged of a task that throws this. */
async function told(thrown: unknown): Promise<string[]> {
  const bg = new Background();
  await bg.add(async function failing() {
    throw thrown;
  });
  await bg.idle();
  return log.lines;
}

class QuotaError extends Error {}

function unreadable(): never {
  throw new Error('not to be read');
}
const trap = new Proxy({ code: 7 }, { get: unreadable, ownKeys: unreadable, getPrototypeOf: unreadable });
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const circular = new Error('a circle');
circular.cause = new Error('of two', { cause: circular });

describe('the line of a task that fails', () => {
  test.each<[unknown, string]>([
    [new Error('as asked'), 'as asked'],
    [new Error('two\nlines'), 'two\nlines'],
    ['a text', 'a text'],
    [{ code: 'E_QUOTA' }, "{ code: 'E_QUOTA' }"],
    [
      { text: 'two\nlines', deep: { deeper: { deepest: 1 } } },
      "{ text: 'two\\nlines', deep: { deeper: [Object] } }",
    ],
    [[1, 'two'], "[ 1, 'two' ]"],
    [unreadable, '[Function: unreadable]'],
    [new Error(''), 'Error'],
    [new QuotaError(), 'QuotaError'],
    [new AggregateError([new Error('one')]), 'AggregateError'],
    [{ [Symbol.for('nodejs.util.inspect.custom')]: unreadable }, '[cannot be read]'],
    [new Error('could not save', { cause: new Error('refused') }), 'could not save (caused by: refused)'],
    [new Error('could not save', { cause: { code: 7 } }), 'could not save (caused by: { code: 7 })'],
    [
      new Error('a', { cause: new Error('b', { cause: new Error('c\nmore') }) }),
      'a (caused by: b, caused by: c)',
    ],
    [new Error('failed: refused', { cause: new Error('refused') }), 'failed: refused'],
    [circular, 'a circle (caused by: of two)'],
    [new Error('odd', { cause: null }), 'odd'],
  ])('tells what was thrown: %#', async (thrown, text) => {
    expect(await told(thrown)).toEqual([`error: Error in background async task failing: ${text}`]);
  });

  test('tells what hides behind proxies that refuse to be read', async () => {
    await told(trap);
    expect(await told(revoked.proxy)).toEqual([
      expect.stringContaining('{ code: 7 }'), // Node 26 says beside it that it is a proxy
      'error: Error in background async task failing: <Revoked Proxy>',
    ]);
  });

  test('is bounded, however much was thrown', async () => {
    const [line = ''] = await told(Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)));
    expect(line.length).toBeLessThan(500);
    let long = new Error('the first');
    for (let n = 1; n <= 100; n++) long = new Error(`the ${n}th`, { cause: long });
    const [, lines = ''] = await told(long);
    expect(lines.match(/caused by/g)).toHaveLength(5);
  });
});

describe('for debugging, the stacks tell', () => {
  const debug = async (thrown: unknown) => {
    consola.level = LogLevels.debug;
    return (await told(thrown)).slice(1).map((line) => line.replace(/\n[\s\S]*/, ''));
  };

  test('of the error, as ever', async () => {
    expect(await debug(new Error('as asked'))).toEqual(['debug: Error: as asked']);
    log.lines.length = 0;
    expect(await debug('a text')).toEqual([]);
  });

  test('of its causes, and of the errors that it gathers', async () => {
    const gathers = new AggregateError([new Error('one'), 'two'], 'none', { cause: new Error('three') });
    expect(await debug(new Error('outer', { cause: gathers }))).toEqual([
      'debug: Error: outer',
      'debug: Caused by: AggregateError: none',
      'debug: Caused by: Error: three',
      'debug: Gathered: Error: one',
      'debug: Gathered: two',
    ]);
  });

  test('of each one once, and of no more than ten', async () => {
    expect(await debug(circular)).toHaveLength(2);
    log.lines.length = 0;
    expect(
      await debug(new AggregateError(Array.from({ length: 99 }, (_, n) => new Error(`${n}`)))),
    ).toHaveLength(10);
  });
});
