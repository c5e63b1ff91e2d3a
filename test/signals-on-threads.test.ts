import { Background } from 'offstage';
import { expect, onTestFinished, test } from 'vitest';
import { tellingProgram } from './fixtures/telling-program.js';
import { until } from './fixtures/thread-functions.js';

const program = tellingProgram('test/fixtures/programs/signals-on-threads.ts');
const { given } = program;

test('the program ends well, without a warning of too many listeners', () => {
  expect(program.ended.code).toBe(0);
  expect(program.ended.stderr).not.toContain('Warning');
});

test('a loop that never yields sees the abort, and its reason with class and fields', () => {
  expect(given('loops')).toEqual([false, null, true, 'hand', true]);
});

test('what throwIfAborted() throws arrives on the main thread as the very reason', () => {
  expect(given('very reason')).toBe(true);
});

test('the event comes when the task awaits: for listeners, onabort, AbortSignal.any and timers', () => {
  expect(given('listens')).toEqual(['abort', 'any', 'onabort', 'true', 'true', 'true']);
});

test('a signal that was aborted before is aborted, and another is not', () => {
  expect(given('aborted before')).toEqual([true, 'early', true, true, 'early']);
  expect(given('not aborted')).toEqual([false, null, true, false, null]);
});

test('an abort behind the end of its task is not heard', () => {
  expect(given('keepsQuiet')).toBe(true);
  expect(given('wasHeard')).toEqual([false, false]);
});

test('passed back to the main thread it is the very signal', () => {
  expect(given('passesBack')).toBe(false);
  expect(given('very signal')).toBe(true);
});

test('eleven threads that follow one signal warn of nothing', async () => {
  const warnings: unknown[] = [];
  const keep = (warning: unknown) => warnings.push(warning);
  process.on('warning', keep);
  onTestFinished(() => void process.off('warning', keep));
  const bg = new Background({ maxWorkers: 11 });
  const end = new AbortController();
  const tasks = await Promise.all(Array.from({ length: 11 }, () => bg.add(until, end.signal)));
  const begun = () => bg.tasks().filter(({ threadId }) => threadId).length;
  await expect.poll(begun, { timeout: 20_000 }).toBe(11);
  end.abort();
  for (const { result } of tasks) await expect(result).resolves.toBe('to the end');
  expect(warnings).toEqual([]);
});
