import { Background, transfer } from 'offstage';
import { compareAsync } from './compare.js';
import { ByHand, type Pool, peers, twoThreads, warmUp } from './pools.js';
import { size } from './threads/functions.mjs';

const length = 2 ** 20;

function sizeOf(bytes: Uint8Array) {
  return size(bytes);
}

export async function table(): Promise<string> {
  await warmUp();
  const bg = new Background(twoThreads);
  const byHand = new ByHand();
  const moved = (pool: Pool) => () => {
    const bytes = new Uint8Array(length);
    return pool.run('size', bytes, [bytes.buffer]);
  };
  return compareAsync('A Uint8Array of 1 MB, transferred to a task, awaited', [
    { name: byHand.name, run: moved(byHand) },
    {
      name: 'offstage Background',
      run: async () => (await bg.add(sizeOf, transfer(new Uint8Array(length)))).result,
    },
    ...peers().map((pool) => ({ name: pool.name, run: moved(pool) })),
  ]);
}
