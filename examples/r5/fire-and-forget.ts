import { type Background, inject } from 'offstage';

async function longRunningTask() {
  await new Promise(setImmediate);
  console.log('long task done');
}

const fireAndForget = inject(async (bg: Background) => {
  await bg.add(longRunningTask); // waits until it is accepted, not until it has run
  console.log('body done');
  return 'Task queued';
});

console.log(await fireAndForget());
