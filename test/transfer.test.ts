import { beforeAll, expect, test } from 'vitest';
import { type Ended, runProgram } from './fixtures/run-program.js';

let ended: Ended;
let printed: Map<string, string>;
beforeAll(async () => {
  ended = await runProgram('test/fixtures/programs/transfers.ts');
  printed = new Map(ended.stdout.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string])); // each line has a name
});
const given = (name: string): unknown => JSON.parse(printed.get(name) ?? 'null');

const empty = (path: string) => [
  'NotTransferableError',
  'ERR_OFFSTAGE_NOT_TRANSFERABLE',
  `${path} was transferred before, and is empty now`,
  'Transfer a value once; a task that may run again needs a copy: pass it without transfer().',
];

test('the program ends well', () => {
  expect(ended.code).toBe(0);
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
  expect(printed.get('message')).toBe('from the thread');
  expect(given('stream')).toBe('a stream');
});

test('a task moves its result back', () => {
  expect(printed.get('back')).toBe('1,2,3');
  expect(given('left on the thread')).toBe(0);
  expect(printed.get('stream back')).toBe('made on a thread');
});

test('shared memory is shared as it is', () => {
  expect(given('written')).toBe(7);
});

test('a remote is given a copy, and a task on the event loop the value itself', () => {
  expect(given('to a remote')).toEqual([5, 5]);
  expect(printed.get('loop')).toBe('true, 2');
  expect(given('primitive')).toBe(1);
});

test('small buffers, which share their memory with others, are copied', () => {
  expect(given('small')).toBe('one');
  expect(printed.get('left of small')).toBe('one,two');
});
