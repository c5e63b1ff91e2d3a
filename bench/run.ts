// Medians of interleaved rounds in one process; the ratios are what carries over to another machine.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Container as Inversify } from 'inversify';
import { type Background, Container, inject, singleton } from 'offstage';
import { Tinypool } from 'tinypool';
import { spin } from './spin.js';

@singleton
class A {
  value = 1;
}
@singleton
class B {
  value = 2;
}
let sink = 0;
const add = (a: A, b: B, n: number) => a.value + b.value + n;
const injected = inject((a: A, b: B, n: number) => a.value + b.value + n);
const inversify = new Inversify();
inversify.bind(A).toConstantValue(Container.resolve(A));
inversify.bind(B).toConstantValue(Container.resolve(B));
const pool = new Tinypool({
  filename: new URL('./floor-worker.mjs', import.meta.url).href,
  minThreads: 2,
  maxThreads: 2,
});

type Row = readonly [name: string, run: () => unknown];

async function nothing() {}
function tiny() {
  return 1;
}
const few = 2_000;
const throughBackground = inject(async (bg: Background, task: () => unknown, count: number) => {
  for (let i = 0; i < count; i++) await bg.add(task);
});

/** Runs each row in turn, `rounds` times, and gives the medians in nanoseconds for one operation. */
async function compare(title: string, operations: number, rows: readonly Row[], rounds = 9): Promise<string> {
  const times = rows.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, run]] of rows.entries()) {
      const started = process.hrtime.bigint();
      await run();
      // The first round warms up.
      if (round > 0) times[index]?.push(Number(process.hrtime.bigint() - started) / operations);
    }
  }
  const medians = times.map((t) => t.sort((a, b) => a - b)[Math.floor(t.length / 2)] ?? 0);
  const floor = medians[0] ?? 1;
  const lines = rows.map(
    ([name], i) => `| ${name} | ${print(medians[i] ?? 0)} | ${((medians[i] ?? 0) / floor).toFixed(2)} |`,
  );
  return [`## ${title}`, '', '| | median | x floor |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

function print(ns: number): string {
  return ns < 1e3
    ? `${ns.toFixed(1)} ns`
    : ns < 1e6
      ? `${(ns / 1e3).toFixed(1)} µs`
      : `${(ns / 1e6).toFixed(1)} ms`;
}

function repeat(run: (n: number) => number, count: number): () => void {
  return () => {
    for (let i = 0; i < count; i++) sink += run(i);
  };
}

function imported(specifier: string): Row {
  const program = specifier ? `await import('${specifier}')` : '';
  return [
    specifier || 'an empty program',
    () => execFileSync(process.execPath, ['--input-type=module', '-e', program]),
  ];
}

/** The main thread's longest delay while `work` runs. */
async function delay(work: () => Promise<unknown>): Promise<string> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  return `p50 ${(histogram.percentile(50) / 1e6).toFixed(2)} ms, p99 ${(histogram.percentile(99) / 1e6).toFixed(2)} ms, longest ${(histogram.max / 1e6).toFixed(2)} ms`;
}

function fiveMilliseconds() {
  return spin(5);
}

const a = Container.resolve(A);
const b = Container.resolve(B);
const calls = 100_000;
const sections = [
  await compare('An injected call: two singletons and one argument', calls, [
    ['closed over (floor)', repeat((n) => add(a, b, n), calls)],
    ['inversify 8, get twice by hand', repeat((n) => add(inversify.get(A), inversify.get(B), n), calls)],
    ['offstage inject', repeat((n) => injected(n), calls)],
  ]),
  await compare('An async task', few, [
    ['Promise.all (floor)', () => Promise.all(Array.from({ length: few }, nothing))],
    ['offstage Background', () => throughBackground(nothing, few)],
  ]),
  await compare('A thread task that does nothing', few, [
    ['tinypool 2 (floor)', () => Promise.all(Array.from({ length: few }, () => pool.run(1)))],
    ['offstage Background', () => throughBackground(tiny, few)],
  ]),
  await compare('Import in a fresh process', 1, ['', 'tinypool', 'inversify', 'offstage'].map(imported), 5),
  '## The main thread while 200 sync tasks of 5 ms run',
  '',
  `- idle: ${await delay(() => new Promise((resolve) => setTimeout(resolve, 500)))}`,
  `- working: ${await delay(() => throughBackground(fiveMilliseconds, 200))}`,
  '',
];
const head = `# Results\n\nBy \`npm run bench\`, on Node ${process.versions.node}. Smaller is better; compare the ratios of one run.\n\n`;
writeFileSync(new URL('./RESULTS.md', import.meta.url), head + sections.join('\n'));
console.log(sections.join('\n'));
await pool.destroy();
if (sink === 0) throw new Error('the calls were optimised away');
