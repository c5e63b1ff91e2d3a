import { expect, test } from 'vitest';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/transfers.ts');
const { given } = program;

const empty = (path: string) => [
  'NotTransferableError',
  'ERR_OFFSTAGE_NOT_TRANSFERABLE',
  `${path} was transferred before, and is empty now`,
  'Transfer a value once; a task that may run again needs a copy: pass it without transfer().',
];

test('the program ends well', () => {
  expect(program.ended.code).toBe(0);
});

test('a view arrives, and nothing of it is left', () => {
  expect(given('sum')).toBe(6);
  expect(given('left')).toBe(0);
  expect(given('copied')).toBe(4);
});

test('what was transferred before is refused, with its path', () => {
  expect(given('again')).toEqual(empty('sum(#1)'));
  expect(given('nested again')).toEqual(empty('nested(#1)[0].data'));
  expect(given('empty result')).toEqual(empty('the result.of[0]'));
});

test('buffers are found within plain data, and data may hold what is transferred', () => {
  expect(given('nested')).toEqual(['a 4']);
  expect(given('found')).toEqual(['b 5']);
  expect(given('left of found')).toBe(0);
});

test('a list says what is moved, and the rest is copied', () => {
  expect(given('list')).toEqual([1, 2]);
  expect(given('left of list')).toEqual([0, 2]);
});

test('ports and streams cross', () => {
  expect(program.printed.get('message')).toBe('from the thread');
  expect(given('stream')).toBe('a stream');
});

test('a task moves its result back', () => {
  expect(program.printed.get('back')).toBe('1,2,3');
  expect(given('left on the thread')).toBe(0);
  expect(program.printed.get('stream back')).toBe('made on a thread');
});

test('shared memory is shared as it is', () => {
  expect(given('written')).toBe(7);
});

test('a remote is given a copy, and a task on the event loop the value itself', () => {
  expect(given('to a remote')).toEqual([5, 5]);
  expect(program.printed.get('loop')).toBe('true, 2');
  expect(given('primitive')).toBe(1);
});

test('small buffers, which share their memory with others, are copied', () => {
  expect(given('small')).toBe('one');
  expect(program.printed.get('left of small')).toBe('one,two');
});
