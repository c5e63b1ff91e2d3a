import { expect, test } from 'vitest';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/remotes-of-every-kind.ts');
const { given } = program;

test('the program ends well', () => {
  expect(program.ended.code).toBe(0);
});

test('a remote is an instance of its class where the thread knows that, and texts of it ask nobody', () => {
  const shown = expect.stringContaining('Remote [Shop] {}');
  expect(given('looks')).toEqual([true, false, true, '[remote Shop]', shown, '[{}]', '[object Shop]', true]);
});

test("a function known by module crosses to a remote's method, as the main thread's very own", () => {
  expect(given('passes')).toEqual([[2, 4], [3, 6], true, true]);
});

test('any other callback, and what cannot be cloned, is refused with its path', () => {
  const first = (given('callbacks') as string[][]).map(([line]) =>
    line?.replace(', which cannot cross between threads', ''),
  );
  expect(first).toEqual([
    'Shop.map(#2) is a function',
    'Shop.takes(#1).on[0].change is a function (double)',
    'Shop.takes(#1) is a symbol',
    'Shop.takes(#1) is a proxy',
    'Shop.takes(#1)[0] is an instance of WeakMap',
    'Shop.takes(#1).get(…) is a function (Inner)',
  ]);
});

test('async methods settle late and out of turn, and refuse with the class of the error', () => {
  expect(given('waits')).toEqual([1, 2, true, 'no order 3']);
});

const order = { class: 'OrderError', message: 'no order 1', order: 1 };

test.each([
  ['undefined', { thrown: 'nothing' }],
  ['text', { thrown: 'text' }],
  ['object', { thrown: { code: 7 } }],
  ['symbol', { thrown: 'Symbol(thrown)' }],
  ['function', { thrown: '[Function: double]' }],
  ['getter', { ...order, trap: '[cannot be read]' }],
  ['many', { class: 'AggregateError', message: 'many', errors: [order, { thrown: 'two' }] }],
  ['uncounted', { class: 'AggregateError', message: 'uncounted', errors: [] }],
  ['dom', { class: 'DOMException', message: 'stopped' }],
  ['revoked', { thrown: '[cannot be read]' }],
  ['order', { class: 'OrderError', message: 'no order 9', order: 9 }],
])('what a task throws arrives as it is: %s', (how, expected) => {
  expect(given(`throws ${how}`)).toEqual(expected);
});

test.each([
  ['proxy', 'the result[0] is a proxy, which cannot cross between threads'],
  ['own prototype', 'the result is an instance of Object, which cannot cross between threads'],
  ['cause', 'the result.error is an error whose cause cannot be cloned, which cannot cross between threads'],
  ['promise', 'the result.of is an instance of Promise, which cannot cross between threads'],
  // Seen only when it is sent.
  ['fickle', 'the result cannot cross between threads'],
  ['named', 'the result cannot cross between threads'],
])('a result that cannot be cloned fails its task: %s', (how, message) => {
  expect(given(`gives ${how}`)).toMatchObject({ message });
});

test('a large array crosses', () => {
  expect(given('large')).toBe(1_000_000);
});

test('a remote is calculated with as its object is, or refused; texts of it ask nobody', () => {
  const refused = [
    'Shop lives on the main thread, and has no number to calculate with',
    'Call a method of Shop that gives one, or give it a valueOf().',
  ];
  expect(given('calculates')).toEqual([
    [150, 100, 1, 20],
    ['[remote Money]', '[remote Celsius]', 'at [remote Shop]'],
    [151, 'at 20 degrees', 'at[remote Shop]'],
    refused,
    refused,
  ]);
});

test('a remote is iterated and disposed as its object is; it has no properties to list', () => {
  const shown = expect.stringContaining('Remote [Bag] {}');
  expect(given('iterates')).toEqual([['one', 'two'], ['one', 'two', shown], 'one', 1, true, {}, []]);
});

test('of a class that extends DataView or a buffer a thread gets a remote, and the plain ones are data', () => {
  const kinds = [
    'DataView',
    'ArrayBuffer',
    'SharedArrayBuffer',
    'Uint8Array',
    'Buffer',
    'DataView',
    'ArrayBuffer',
  ];
  expect(given('binary')).toEqual([7, 'block of 2', 'shared block of 3', kinds]);
  for (const [how, name] of [
    ['frame', 'Frame'],
    ['block', 'Block'],
  ])
    expect(given(`gives ${how}`)).toMatchObject({
      message: `the result is an instance of ${name}, which cannot cross between threads`,
    });
});
