import { Background } from 'offstage';
import { compareWhole, type Row } from './compare.js';
import { ByHand, type Pool, peers, twoThreads, warmUp } from './pools.js';

const tasks = 20_000;
const inAMessage = 100;

function one() {
  return 1;
}

export async function table(): Promise<string> {
  await warmUp();
  const byHand = new ByHand();
  const rows: Row[] = [
    { name: `postMessage, ${inAMessage} tasks a message (floor)`, run: () => together(byHand) },
    { name: 'postMessage, one task a message', run: () => all(byHand) },
    { name: 'offstage Background.add', run: added },
    { name: 'offstage Background.map', run: mapped },
    ...peers().map((pool) => ({ name: pool.name, run: () => all(pool) })),
  ];
  return compareWhole(`${tasks.toLocaleString('en')} trivial sync tasks, on 2 threads`, tasks, rows, {
    rounds: { counted: 5, warmUp: 1 },
    notes: [
      'All tasks are submitted at once. Every row but `Background.add`, whose scope only waits for them, collects what they return.',
    ],
  });
}

async function together(pool: ByHand): Promise<void> {
  const messages = Array.from({ length: tasks / inAMessage }, () =>
    pool.runTogether('tiny', Array.from({ length: inAMessage })),
  );
  count((await Promise.all(messages)).flat());
}

async function all(pool: Pool): Promise<void> {
  count(await Promise.all(Array.from({ length: tasks }, () => pool.run('tiny'))));
}

async function added(): Promise<void> {
  await using bg = new Background(twoThreads);
  for (let i = 0; i < tasks; i++) await bg.add(one);
  await bg.idle();
  if (bg.counts.succeeded !== tasks) throw new Error(`${bg.counts.succeeded} tasks have succeeded`);
}

async function mapped(): Promise<void> {
  await using bg = new Background(twoThreads);
  function item(_: number) {
    return 1;
  }
  count(await bg.map(item, Array.from({ length: tasks }).keys()));
}

/** Fails unless every task has run. */
function count(results: readonly unknown[]): void {
  const sum = results.reduce((total: number, result) => total + Number(result), 0);
  if (sum !== tasks) throw new Error(`${sum} of ${tasks} tasks have run`);
}
