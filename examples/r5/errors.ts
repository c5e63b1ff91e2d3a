import { type Background, inject } from 'offstage';

function failingTask(): void {
  throw new Error('Task failed');
}

function successfulTask() {
  console.log('This still runs');
}

await inject(async (bg: Background) => {
  await bg.add(failingTask); // fails, and is logged
  await bg.add(successfulTask); // runs all the same
})();
