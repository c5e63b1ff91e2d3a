import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

/** What each example prints; `sorted` where the order of the tasks is not promised. */
const examples: Record<
  string,
  { readonly prints: string[]; readonly sorted?: true; readonly logs?: RegExp }
> = {
  'async-tasks': { prints: ['Processed item 1', 'Processed item 2'], sorted: true },
  'basic-usage': { prints: ['All tasks queued', 'Processing: item1', 'Processing: item2'], sorted: true },
  'batch-processing': { prints: ['All items queued', 'Processing completed: 1000'] },
  configuration: { prints: ['true', 'task 1', 'task 2', 'task 3'] },
  errors: { prints: ['This still runs'], logs: /Error in background sync task failingTask: Task failed/ },
  'fire-and-forget': { prints: ['body done', 'long task done', 'Task queued'] },
  injection: { prints: ['[LOG] Processing item 42'] },
  lifecycle: { prints: ['injected', 'by hand', 'closed'] },
  'many-tasks': { prints: ['All 100 tasks completed'] },
  'sync-and-async': {
    prints: ['Async: data1 on the event loop', 'Sync: data1 on a worker thread'],
    sorted: true,
  },
  'task-queue': {
    prints: ['email user1@example.com', 'email user2@example.com', 'payment 123', 'cache cache_key'],
  },
};

test.each(Object.entries(examples))(
  'examples/r5/%s.ts prints what it says',
  async (name, { prints, sorted, logs }) => {
    const { stdout, stderr, code } = await runProgram(`examples/r5/${name}.ts`);
    const lines = stdout.trimEnd().split('\n');
    expect(sorted ? lines.sort() : lines).toEqual(sorted ? [...prints].sort() : prints);
    if (logs) expect(stderr).toMatch(logs);
    else expect(stderr).toBe('');
    expect(code).toBe(0);
  },
);

test('every example of the folder is in the table', () => {
  const files = readdirSync(new URL('../examples/r5/', import.meta.url)).map((file) =>
    file.replace(/\.ts$/, ''),
  );
  expect(files.sort()).toEqual(Object.keys(examples).sort());
});
