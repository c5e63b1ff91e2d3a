// 100,000 async tasks, 40 at a time, in each way that the tables compare. With the name of one it runs that alone, and
// prints its memory: plain JavaScript, so that no loader is in it.
import { fileURLToPath } from 'node:url';

export const count = 100_000;
const atOneTime = 40;

let done = 0;
async function task() {
  done++;
}

const each = {
  '40 loops over a counter (floor)': async () => async () => {
    let next = 0;
    const loop = async () => {
      while (next++ < count) await task();
    };
    await Promise.all(Array.from({ length: atOneTime }, loop));
  },
  'offstage Background, add not awaited': async () => {
    const { Background } = await import('offstage');
    return async () => {
      await using(new Background({ maxConcurrency: atOneTime }), async (bg) => {
        for (let i = 0; i < count; i++) bg.add(task);
      });
    };
  },
  'offstage Background, add awaited': async () => {
    const { Background } = await import('offstage');
    return async () => {
      await using(new Background({ maxConcurrency: atOneTime }), async (bg) => {
        for (let i = 0; i < count; i++) await bg.add(task);
      });
    };
  },
  'async 3, queue': async () => {
    const { queue } = await import('async');
    return async () => {
      const tasks = queue(async (run) => run(), atOneTime);
      for (let i = 0; i < count; i++) tasks.push(task);
      await tasks.drain();
    };
  },
  'fastq 1, promises': async () => {
    const { default: fastq } = await import('fastq');
    return async () => {
      const tasks = fastq.promise((run) => run(), atOneTime);
      for (let i = 0; i < count; i++) tasks.push(task);
      await tasks.drained();
    };
  },
  'p-limit 7': async () => {
    const { default: pLimit } = await import('p-limit');
    return async () => {
      const limit = pLimit(atOneTime);
      const all = [];
      for (let i = 0; i < count; i++) all.push(limit(task));
      await Promise.all(all);
    };
  },
  'p-queue 9': async () => {
    const { default: PQueue } = await import('p-queue');
    return async () => {
      const tasks = new PQueue({ concurrency: atOneTime });
      for (let i = 0; i < count; i++) tasks.add(task);
      await tasks.onIdle();
    };
  },
};

/** Each fails unless all tasks have run. */
export const ways = Object.fromEntries(
  Object.entries(each).map(([name, prepare]) => [name, async () => counted(await prepare())]),
);

function counted(run) {
  return async () => {
    done = 0;
    await run();
    if (done !== count) throw new Error(`${done} of ${count} tasks have run`);
  };
}

/** `await using`, which Node 20 does not know. */
async function using(resource, body) {
  await body(resource);
  await resource[Symbol.asyncDispose]();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const run = await ways[process.argv[2]]?.();
  if (run) await run();
  const peak = process.resourceUsage().maxRSS * 1024;
  globalThis.gc();
  console.log(JSON.stringify({ peak, kept: process.memoryUsage().heapUsed }));
}
