import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from './fixtures/real-sources/check-package.js';
import { fetchSources, folderOf, packages } from './fixtures/real-sources/fetch.js';
import { Lanes } from './fixtures/real-sources/lanes.js';
import { runOwnTests } from './fixtures/real-sources/own-tests.js';
import { runNode } from './fixtures/run-program.js';

const lanes = new Lanes(2);
const reports: Report[] = [];

beforeAll(fetchSources, 500_000);
afterAll(() => lanes.close());

describe.concurrent('files keep their text, their places and their types', () => {
  test.each(packages)('$name', { timeout: 600_000 }, async ({ name }) => {
    const report = await lanes.check(name);
    reports.push(report);
    expect(report.problems.slice(0, 20)).toEqual([]);
    expect(report.transformed).toBeGreaterThan(0);
  });
});

test('enough was looked at', () => {
  const sum = (count: (report: Report) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  const counts = {
    files: sum(({ files }) => files),
    transformed: sum(({ transformed }) => transformed),
    places: sum(({ places }) => places),
    findings: sum(({ findings }) => findings),
    withoutValue: sum(({ withoutValue }) => withoutValue),
  };
  console.info(counts);
  expect(counts.files).toBeGreaterThan(5_000);
  expect(counts.transformed).toBeGreaterThan(3_000);
  expect(counts.places).toBeGreaterThan(200_000);
  expect(counts.findings).toBeGreaterThan(2_000);
});

describe('its own tests go as they did', () => {
  const tested = packages.filter(({ tests }) => tests);
  test.each(tested)('$name', { timeout: 150_000 }, async ({ name }) => {
    const [before, after] = await Promise.all([runOwnTests(name, false), runOwnTests(name, true)]);
    expect(before.failed).toEqual([]);
    expect(after).toEqual({ ...before, transformed: after.transformed });
    expect(before.passed.length).toBeGreaterThan(10);
    expect([before.transformed, after.transformed > 5]).toEqual([0, true]);
  });
});

describe('functions give on a thread what they give here', () => {
  const program = fileURLToPath(new URL('./fixtures/real-sources/on-threads.ts', import.meta.url));
  const called = packages.flatMap(({ name, called }) => (called ? [{ name, ...called }] : []));
  test.each(called)('$name', { timeout: 150_000 }, async ({ name, folder, leftOut = [] }) => {
    const args = ['--import', 'offstage/register', program, join(folderOf(name), folder), ...leftOut];
    const { stdout } = await runNode(args, 120_000);
    const { differences, functions, same } = JSON.parse(stdout);
    expect(differences).toEqual([]);
    expect([functions > 200, same > 1_000]).toEqual([true, true]);
  });
});
