import { expect, test } from 'vitest';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/copied.ts');
const { given } = program;

const refusal = (order: number) => [
  [true, false, false],
  [`no order ${order}`, 'RangeError: too large', order, null],
];
const lateRefusal = (order: number) => [
  [true, true, false],
  [`no order ${order}`, 'RangeError: too large', order, 'E_LATE'],
];
const rangeError = (message: string) => [
  [false, false, true],
  [message, 'undefined', null, null],
];

test('the program ends well', () => {
  expect(program.ended.code).toBe(0);
});

test.each(['together', 'alone'])('a Buffer stays a Buffer, also deep in data: sent %s', (way) => {
  expect(given(`buffer ${way}`)).toBe('616263');
  expect(given(`buffers ${way}`)).toEqual(['61', '0000']);
});

test('and so do those that a task returns, moves back, and exchanges with a remote', () => {
  expect(given('read')).toEqual(['read', true]);
  expect(given('moved')).toBe('hi');
  expect(given('asked')).toEqual(['6162', 'logo']);
});

test('a view that is no Buffer becomes none', () => {
  expect(given('no buffer')).toBe(false);
});

test.each(['together', 'alone'])(
  'an error keeps its class and its fields, also deep in data: sent %s',
  (way) => {
    expect(given(`errors ${way}`)).toEqual([refusal(1), lateRefusal(2), rangeError('plain')]);
  },
);

test('and so do those that a task returns, throws, and exchanges with a remote', () => {
  expect(given('settled')).toEqual([lateRefusal(3), rangeError('other')]);
  expect(given('many')).toEqual([true, 'many', 'why', refusal(6)]);
  expect(given('thrown')).toEqual(lateRefusal(9));
  expect(given('cause')).toEqual([true, lateRefusal(8)]);
  expect(given('output')).toEqual(['bad', ['null', 'bad']]);
  expect(given('asked of errors')).toEqual([lateRefusal(4), refusal(5)]);
});

test('an object without a prototype keeps to have none', () => {
  expect([given('knows constructor'), given('knows toString')]).toEqual([true, false]);
  expect(given('counted')).toEqual([true, false, true]);
});

test('an object literal with a method under a symbol is no plain data', () => {
  expect(given('iterated')).toBe(27);
  expect(given('iterable')).toBe(
    'the result[Symbol.iterator] is a function ([Symbol.iterator]), which cannot cross between threads\nReturn plain data.',
  );
});

test('an error of a class without a name is as nameless as before', () => {
  expect(given('named')).toBe('Error: no order 10');
});

test('a class that extends a view is a remote, as any other', () => {
  expect(given('pixels')).toBe(6);
});
