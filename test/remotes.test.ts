import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/remotes.ts');
const unusual = tellingProgram('test/fixtures/programs/unusual-remotes.ts');
const { given } = program;

test('the program ends well', () => {
  expect(program.ended.code).toBe(0);
  expect(program.printed.size).toBe(25);
});

test('properties, getters and methods are those of the main thread', () => {
  expect(given('properties')).toEqual(['shop', 1, 2, 3, true, true, true, false]);
});

test('looking at a remote asks nobody, and hangs nothing', () => {
  expect(given('quiet')).toEqual(['{"shop":{}}', '[remote Shop]', false, false, 'none']);
  expect(program.ended.stdout).toContain('Remote [Shop] {}');
});

test('an async method gives a promise, and the task ends when it has settled, also if nobody awaits it', () => {
  expect(given('own promise')).toBe(8);
  expect(given('promises')).toBe(42);
  expect(program.printed.get('log')).toBe('forgotten');
});

test('a rejection that nobody awaits fails the task', () => {
  expect(given('forgotten failure')).toMatchObject({ name: 'OrderError', order: 3 });
});

test('an instance that a method returns is a remote, too, and passed back it is that very instance', () => {
  expect(given('nested')).toEqual(['ada', 2, 2, true]);
  expect(given('by hand')).toEqual([true, 'first']);
});

test('a remote can not be changed from outside', () => {
  const message =
    'Shop lives on the main thread, and a task on a worker thread cannot change it from outside\n' +
    'Add a method to Shop that does it, and call that.';
  expect(given('changes')).toEqual([message, message, message, message, message]);
});

test('what is no method can not be called', () => {
  expect(given('not a method')).toBe('TypeError: shop.title is not a function');
});

const orderError = { name: 'OrderError', class: 'OrderError', code: 'E_ORDER', cause: 'RangeError' };

test.each([
  ['order', { ...orderError, message: 'no order 7', order: 7 }],
  [
    'many',
    {
      name: 'AggregateError',
      message: 'many',
      errors: [{ ...orderError, message: 'no order 1', order: 1 }, { thrown: 'two' }],
    },
  ],
  ['dom', { name: 'AbortError', class: 'DOMException', code: 20, message: 'stopped' }],
  ['null', { thrown: null }],
  ['undefined', {}],
  ['within itself', { name: 'AggregateError', message: 'within itself', errors: [expect.anything()] }],
  ['circular', { name: 'Error', message: 'circular', cause: 'Error' }],
])('an error keeps what it is: %s', (how, expected) => {
  expect(given(how)).toEqual(expected);
});

test('plain data crosses as a clone', () => {
  expect(given('data')).toEqual([true, '1,2', 0, true, true, { $remote: 1, data: 2 }]);
});

test('an instance within data is refused, with its path', () => {
  const whatToDo =
    'Pass plain data, or take the object as a parameter of its own, so that the thread gets a remote of it.';
  expect(given('deep')).toEqual([
    `Shop.echo(#1).list[0].at is an instance of Basket, which cannot cross between threads\n${whatToDo}`,
    `Shop.echo(#1).get(first) is an instance of Basket, which cannot cross between threads\n${whatToDo}`,
  ]);
  expect(given('deep argument')).toMatchObject({
    name: 'NotTransferableError',
    message: 'takes(#1).n[0] is an instance of Basket, which cannot cross between threads',
  });
});

test('a remote call runs in the asynchronous context of the one who added the task', () => {
  expect(given('context')).toBe('request 1');
});

test('a function that a thread can find crosses as an argument, and any other is refused', () => {
  expect(given('function')).toBe(42);
  expect(given('closure')).toMatchObject({
    name: 'NotTransferableError',
    message: 'applies(#1) is a function, which cannot cross between threads',
  });
});

test('a singleton that extends Map or Array is a remote: it stays one', () => {
  expect(unusual.given('raised')).toEqual([2, 2, 1, 1, 1]);
  expect(unusual.given('here')).toEqual([
    [
      ['tea', 1],
      ['milk', 1],
    ],
    ['ada'],
  ]);
});

const shadowing = { class: 'Shadowing', name: 'Shadowing', message: 'shadowing', order: 7, kind: 'own' };

test.each([
  ['dom', { class: 'DOMException', name: 'AbortError', message: 'stopped', task: 7, thrownBy: 'Shop.dom' }],
  ['dom', { cause: { class: 'RangeError', name: 'RangeError', message: 'why' } }],
  ['shadowing', shadowing],
  ['named', { class: 'Error', name: 'constructor', message: 'boom' }],
  [
    'suppressed',
    {
      name: 'SuppressedError',
      error: shadowing,
      suppressed: { class: 'RangeError', name: 'RangeError', message: 'second' },
    },
  ],
])('the errors within an error, and fields that hide a getter, cross, too: %s', (how, expected) => {
  expect(unusual.given(how)).toMatchObject(expected);
});

test.each([
  ['trap', { name: 'RangeError', message: 'with a trap', kept: 1, trap: '[cannot be read]' }],
  ['unreadable', { name: '[cannot be read]', message: '[cannot be read]' }],
  ['symbols', { name: 'Error', message: 'Symbol(no text)' }],
  ['revoked', { thrown: 'string' }],
  ['bare', { name: 'Error', message: 'bare', list: '[Object: null prototype] { add: [Function: add] }' }],
  ['family', { name: 'AggregateError', message: 'family', errors: 20 }],
])('an error that can not be read, or holds itself, fails its task alone: %s', (how, expected) => {
  expect(unusual.given(how)).toMatchObject(expected);
  expect(unusual.given('shop')).toBe('alive');
});

test('an object literal with functions is a service: a thread gets a remote of it', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/literals.ts');
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([
    '1 2 UTC false',
    'would send to ada would send to ada',
    'done 3',
    '2',
  ]);
  expect(code).toBe(0);
});

test('what a call leaves to promises and ticks is done before the next one, however soon that comes', async () => {
  const { stdout } = await runProgram('test/fixtures/programs/calls-without-pause.ts');
  expect(stdout).toBe('unfinished: []\n');
});
