// Lets so many tasks wait as its argument says, and prints what one of them costs.
import { consola } from 'consola';
import { Background } from 'offstage';

const waiting = Number(process.argv[2]);
const rounds = Math.ceil(100_000 / waiting);
const warmUp = rounds === 1 ? 0 : Math.ceil(rounds / 4); // many tasks warm themselves up
consola.level = -999;

async function task() {}

const totals = { add: 0, run: 0, bytes: 0, cancel: 0, priority: 0, ownPriority: 0 };
for (let round = -warmUp; round < rounds; round++) {
  if (round === 0) for (const key of Object.keys(totals)) totals[key] = 0;
  await addAndRun();
  await cancelAll();
  await byPriority();
  await byOwnPriority();
}
const each = Object.entries(totals).map(([key, total]) => [key, total / waiting / rounds]);
console.log(JSON.stringify({ waiting, ...Object.fromEntries(each) }));

/** A Background whose one place is taken until `open` is called. */
async function closedGate() {
  const bg = new Background({ maxConcurrency: 1 });
  let open = () => {};
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  await bg.add(async () => opened);
  return { bg, open };
}

async function addAndRun() {
  const { bg, open } = await closedGate();
  const before = heap();
  await timed('add', async () => {
    for (let i = 0; i < waiting; i++) await bg.add(task);
  });
  totals.bytes += heap() - before;
  await timed('run', async () => {
    open();
    await bg.idle();
  });
}

async function cancelAll() {
  const { bg, open } = await closedGate();
  const tasks = [];
  for (let i = 0; i < waiting; i++) tasks.push(await bg.add(task));
  await timed('cancel', async () => {
    for (const one of tasks.reverse()) one.cancel();
    open();
    await bg.idle();
  });
}

async function byPriority() {
  const { bg, open } = await closedGate();
  const takers = Array.from({ length: 8 }, (_, priority) => bg.with({ priority }));
  await timed('priority', async () => {
    for (let i = 0; i < waiting; i++) await takers[i % takers.length].add(task);
    open();
    await bg.idle();
  });
}

async function byOwnPriority() {
  const { bg, open } = await closedGate();
  await timed('ownPriority', async () => {
    for (let i = 0; i < waiting; i++) await bg.with({ priority: i }).add(task);
    open();
    await bg.idle();
  });
}

/** Adds the nanoseconds of a body to a total. */
async function timed(name, body) {
  const started = process.hrtime.bigint();
  await body();
  totals[name] += Number(process.hrtime.bigint() - started);
}

function heap() {
  if (waiting < 1_000) return 0; // less than what else happens
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
