import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';

const where = () => (isMainThread ? 'on the event loop' : 'on a worker thread');

function syncTask(data: string) {
  console.log(`Sync: ${data} ${where()}`);
}

async function asyncTask(data: string) {
  console.log(`Async: ${data} ${where()}`);
}

await inject(async (bg: Background) => {
  await bg.add(syncTask, 'data1');
  await bg.add(asyncTask, 'data1');
})();
