import { Background } from 'offstage';
import { compareAsync } from './compare.js';
import { ByHand, peers, twoThreads, warmUp } from './pools.js';

function one() {
  return 1;
}

export async function table(): Promise<string> {
  await warmUp();
  const byHand = new ByHand();
  const bg = new Background(twoThreads);
  return compareAsync('One sync task, its result awaited before the next', [
    { name: byHand.name, run: () => byHand.run('tiny') },
    { name: 'offstage Background', run: async () => (await bg.add(one)).result },
    ...peers().map((pool) => ({ name: pool.name, run: () => pool.run('tiny') })),
  ]);
}
