import { type Background, inject } from 'offstage';

function processData(data: string) {
  console.log(`Processing: ${data}`);
}

const main = inject(async (bg: Background) => {
  await bg.add(processData, 'item1');
  await bg.add(processData, 'item2');
  console.log('All tasks queued');
});

await main(); // returns when both tasks have ended
