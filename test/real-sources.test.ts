import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchSources, packages } from './fixtures/real-sources/fetch.js';
import { Lanes } from './fixtures/real-sources/lanes.js';

const lanes = new Lanes(2);
beforeAll(fetchSources, 420_000);
afterAll(() => lanes.close());

let files = 0;

describe.concurrent('the transform does no harm to', () => {
  test.each(packages)('$name', { timeout: 240_000 }, async ({ name }) => {
    const t = performance.now();
    const report = await lanes.check(name);
    console.log(name, (performance.now() - t) | 0, JSON.stringify({ ...report, problems: 0 }));
    files += report.files;
    expect(report.problems).toEqual([]);
  });
});

test('enough was looked at', () => {
  expect(files).toBeGreaterThan(3_000);
});
