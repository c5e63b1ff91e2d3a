import { Background } from 'offstage';
import { twoThreads, warmUp, waysOf } from './pools.js';
import { compareWays, type Ways } from './ways.js';

function one() {
  return 1;
}

const { floor, peers } = waysOf('postMessage (floor)', (pool) => () => pool.run('tiny'));

export const ways: Ways = {
  ...floor,
  'offstage Background': async () => {
    await warmUp();
    const bg = new Background(twoThreads);
    return async () => (await bg.add(one)).result;
  },
  ...peers,
};

export function table(): Promise<string> {
  const title = 'One sync task, its result awaited before the next';
  return compareWays(title, import.meta.url, ways, { operations: 1, rounds: { counted: 15, warmUp: 2 } });
}
