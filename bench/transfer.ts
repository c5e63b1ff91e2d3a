import { Background, transfer } from 'offstage';
import { twoThreads, warmUp, waysOf } from './pools.js';
import { size } from './threads/functions.mjs';
import { compareWays, type Ways } from './ways.js';

const length = 2 ** 20;

function sizeOf(bytes: Uint8Array) {
  return size(bytes);
}

const { floor, peers } = waysOf('postMessage (floor)', (pool) => () => {
  const bytes = new Uint8Array(length);
  return pool.run('size', bytes, [bytes.buffer]);
});

export const ways: Ways = {
  ...floor,
  'offstage Background': async () => {
    await warmUp();
    const bg = new Background(twoThreads);
    return async () => (await bg.add(sizeOf, transfer(new Uint8Array(length)))).result;
  },
  ...peers,
};

export function table(): Promise<string> {
  const title = 'A Uint8Array of 1 MB, transferred to a task, awaited';
  return compareWays(title, import.meta.url, ways, { operations: 1, rounds: { counted: 15, warmUp: 2 } });
}
