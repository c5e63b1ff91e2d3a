// Tasks of a Background, beside what carries them.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Background, inject } from 'offstage';
import { Tinypool } from 'tinypool';
import { compareWhole } from './compare.js';
import { spin } from './spin.js';

async function nothing() {}
function tiny() {
  return 1;
}
function fiveMilliseconds() {
  return spin(5);
}

const addAll = inject(async (bg: Background, task: () => unknown, count: number) => {
  for (let i = 0; i < count; i++) await bg.add(task);
});

export async function backgroundTables(): Promise<string[]> {
  const few = 2_000;
  const options = { minThreads: 2, maxThreads: 2 };
  const pool = new Tinypool({ filename: new URL('./floor-worker.mjs', import.meta.url).href, ...options });
  const asyncTasks = await compareWhole('An async task', few, [
    { name: 'Promise.all (floor)', run: () => Promise.all(Array.from({ length: few }, nothing)) },
    { name: 'offstage Background', run: () => addAll(nothing, few) },
  ]);
  const threadTasks = await compareWhole('A thread task that does nothing', few, [
    { name: 'tinypool 2 (floor)', run: () => Promise.all(Array.from({ length: few }, () => pool.run(1))) },
    { name: 'offstage Background', run: () => addAll(tiny, few) },
  ]);
  await pool.destroy();
  const idle = await delay(() => new Promise((resolve) => setTimeout(resolve, 500)));
  const working = await delay(() => addAll(fiveMilliseconds, 200));
  const delays = [
    '## The main thread while 200 sync tasks of 5 ms run',
    '',
    `- idle: ${idle}`,
    `- working: ${working}`,
    '',
  ];
  return [asyncTasks, threadTasks, delays.join('\n')];
}

/** The main thread's delay while `work` runs. */
async function delay(work: () => Promise<unknown>): Promise<string> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  const shown = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(2)} ms`;
  const { max } = histogram;
  return `p50 ${shown(histogram.percentile(50))}, p99 ${shown(histogram.percentile(99))}, longest ${shown(max)}`;
}
