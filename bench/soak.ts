// Minutes of mixed tasks: does anything grow, stay behind, or get lost? `npm run soak`, or `npm run soak -- 1` for one.
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { consola } from 'consola';
import {
  Background,
  Container,
  inject,
  resource,
  singleton,
  type TaskContext,
  type TaskHandle,
} from 'offstage';

@singleton
class Ledger {
  count = 0;
  record() {
    this.count++;
    return this.count;
  }
}

let open = 0;
@resource
class Session {
  readonly opened = ++open;
  [Symbol.dispose]() {
    open--;
  }
}

@resource
class BoundedBackground extends Background {
  constructor() {
    super({ maxConcurrency: 50, capacity: 200, maxWorkers: 2, maxWorkerMemory: 128 });
  }
}
Container.aliasProvider(Background, BoundedBackground);

async function succeeds(ledger: Ledger, session: Session) {
  await null;
  return ledger.record() + session.opened;
}
async function fails() {
  await null;
  throw new Error('as it does');
}
async function failsOnce(task: TaskContext) {
  if (task.attempt === 1) throw new Error('once');
}
async function hangs(signal: AbortSignal) {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
async function adds(bg: Background) {
  await bg.add(succeeds);
}
function onThread(ledger: Ledger, text: string) {
  return text.length + ledger.record();
}
function failsOnThread() {
  throw new RangeError('on a thread');
}
function dies() {
  process.exit(1);
}
function loops() {
  for (;;);
}

const totals = { accepted: 0, succeeded: 0, failed: 0, cancelled: 0, timedOut: 0, abandoned: 0 };

/** One call, as a request would be. */
const round = inject(async (bg: Background, index: number) => {
  for (let step = 0; step < 200; step++) {
    await bg.add(succeeds);
    await bg.add(adds);
    if (step % 4 === 0) await bg.add(fails);
    if (step % 8 === 0) await bg.with({ retries: 2, backoff: { initial: 2 } }).add(failsOnce);
    if (step % 8 === 1) await bg.with({ timeout: 2 }).add(hangs);
    if (step % 8 === 2) {
      const task: TaskHandle = await bg.add(hangs);
      setImmediate(() => task.cancel('soak'));
    }
    if (step % 20 === 0) await bg.add(onThread, 'a text that is cloned');
    if (step % 50 === 0) await bg.add(failsOnThread);
  }
  if (index % 50 === 0) await bg.add(dies);
  if (index % 50 === 25) await bg.with({ timeout: 250 }).add(loops);
  await bg.idle();
  for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += bg.counts[key];
});

interface Measured {
  readonly heap: number;
  readonly threads: number;
  readonly handles: number;
}

const onOneThread = inject(async (bg: Background) => {
  await bg.add(onThread, 'so that the one thread that stays is there, whichever was ended last');
});

async function measure(): Promise<Measured> {
  await onOneThread();
  await sleep(12_000); // idle threads end after ten seconds
  globalThis.gc?.();
  await sleep(100);
  globalThis.gc?.();
  return {
    heap: process.memoryUsage().heapUsed,
    threads: readdirSync('/proc/self/task').length,
    handles: process.getActiveResourcesInfo().length,
  };
}

const warnings: string[] = [];
process.on('warning', (warning) => warnings.push(String(warning)));
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => warnings.push(`${event}: ${error}`));
}
consola.level = -999;

const [minutes = 10] = process.argv.slice(2).map(Number);
const begin = performance.now();
let rounds = 0;
const runFor = async (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await round(rounds++);
};
// Until every function has run often, the heap grows with what Node keeps of each.
await runFor(minutes * 12_000);
const before = await measure();
await runFor(minutes * 48_000);
const after = await measure();

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
const growth = after.heap / before.heap - 1;
const { accepted, ...ended } = totals;
const lost = accepted - Object.values(ended).reduce((sum, count) => sum + count, 0);
const failures = [
  ...(growth >= 0.05 ? [`the heap grew by ${(growth * 100).toFixed(1)} %`] : []),
  ...(lost !== 0 ? [`${lost} tasks have no end`] : []),
  ...(open !== 0 ? [`${open} sessions are open`] : []),
  ...(after.threads > before.threads ? ['threads stayed behind'] : []),
  ...(after.handles > before.handles ? ['handles stayed behind'] : []),
  ...warnings,
];
const report = `# Soak

${minutes} minutes of mixed tasks (\`npm run soak\`), Node ${process.version}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}. Without V8's optimizing compilers, whose code would count as growth.

| | After a fifth of the time | At the end |
| --- | --- | --- |
| heap after collection | ${mebibytes(before.heap)} | ${mebibytes(after.heap)} (${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %) |
| threads of the process | ${before.threads} | ${after.threads} |
| active handles | ${before.handles} | ${after.handles} |

${accepted.toLocaleString('en')} tasks were accepted in ${rounds.toLocaleString('en')} calls, and ${(rounds * 200).toLocaleString('en')} more were added by tasks. Of the first: ${Object.entries(
  ended,
)
  .map(([status, count]) => `${count.toLocaleString('en')} ${status}`)
  .join(', ')}. ${Math.round((performance.now() - begin) / 1_000)} s in all.

${failures.length === 0 ? 'Nothing was lost, nothing stayed open, and Node warned of nothing.' : failures.join('\n')}
`;
console.log(report);
if (minutes >= 10) writeFileSync(new URL('./SOAK.md', import.meta.url), report);
process.exitCode = failures.length === 0 ? 0 : 1;
