import { setTimeout } from 'node:timers/promises';
import { type Background, inject } from 'offstage';

async function asyncTask(itemId: number) {
  await setTimeout(10);
  console.log(`Processed item ${itemId}`);
}

await inject(async (bg: Background) => {
  await bg.add(asyncTask, 1);
  await bg.add(asyncTask, 2);
})();
