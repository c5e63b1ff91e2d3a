import { Background } from 'offstage';
import { ByHand, type Pool, twoThreads, warmUp, waysOf } from './pools.js';
import { compareWays, type Ways } from './ways.js';

const tasks = 20_000;
const inAMessage = 100;

function one() {
  return 1;
}

const { floor, peers } = waysOf('postMessage, one task a message', (pool) => () => all(pool));

export const ways: Ways = {
  [`postMessage, ${inAMessage} tasks a message (floor)`]: () => {
    const byHand = new ByHand();
    return () => together(byHand);
  },
  ...floor,
  'offstage Background.add': async () => {
    await warmUp();
    return added;
  },
  'offstage Background.map': async () => {
    await warmUp();
    return mapped;
  },
  ...peers,
};

export function table(): Promise<string> {
  const title = `${tasks.toLocaleString('en')} trivial sync tasks, on 2 threads`;
  return compareWays(title, import.meta.url, ways, {
    operations: tasks,
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
