import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Background } from 'offstage';
import { compareWhole, sink, timed } from './compare.js';
import { ByHand, type Pool, peers, threads, twoThreads, warmUp } from './pools.js';
import { median, section, times } from './table.js';
import { burn } from './threads/functions.mjs';

const tasks = 200;
const milliseconds = 5;

function work(steps: number) {
  return burn(steps);
}

export async function table(): Promise<string> {
  await warmUp();
  const steps = await stepsIn(milliseconds);
  const all = (pool: Pool) => () => Promise.all(Array.from({ length: tasks }, () => pool.run('burn', steps)));
  const ways = [
    { name: 'postMessage (floor)', run: all(new ByHand()) },
    {
      name: 'offstage Background',
      run: async () => {
        await using bg = new Background(twoThreads);
        for (let i = 0; i < tasks; i++) await bg.add(work, steps);
      },
    },
    ...Object.entries(peers).map(([name, start]) => ({ name, run: all(start()) })),
  ];
  const delays = [{ name: 'idle', run: () => sleep(500) }, ...ways].map(watched);
  const [idle, ...rows] = delays;
  const title = `${tasks} sync tasks of ${milliseconds} ms, on ${threads} threads`;
  const compared = await compareWhole(title, tasks, rows, {
    rounds: { counted: 5, warmUp: 1 },
    notes: [`One task is ${steps.toLocaleString('en')} steps: ${milliseconds} ms on the main thread before.`],
  });
  for (let round = 0; round < 5; round++) await idle?.run();
  const shown = delays.map(({ name, p50, p99, longest }) => [
    name,
    ...[p50, p99, longest].map((values) => times(median(values))),
  ]);
  return [
    compared,
    section(`${title}: delay of the event loop meanwhile`, ['', 'p50', 'p99', 'longest'], shown, [
      'By monitorEventLoopDelay with a resolution of 1 ms, which is part of each; medians of all rounds.',
    ]),
  ].join('\n');
}

/** So many that they take this long. */
async function stepsIn(milliseconds: number): Promise<number> {
  const steps = 2_000_000;
  const measured: number[] = [];
  for (let round = 0; round < 9; round++) measured.push(await timed(() => burn(steps)));
  return Math.round((steps * milliseconds * 1e6) / median(measured));
}

/** Keeps the delays of the event loop while it runs. */
function watched({ name, run }: { name: string; run: () => Promise<unknown> }) {
  const p50: number[] = [];
  const p99: number[] = [];
  const longest: number[] = [];
  return {
    name,
    p50,
    p99,
    longest,
    run: async () => {
      const histogram = monitorEventLoopDelay({ resolution: 1 });
      histogram.enable();
      sink[0] = await run();
      histogram.disable();
      p50.push(histogram.percentile(50));
      p99.push(histogram.percentile(99));
      longest.push(histogram.max);
    },
  };
}
