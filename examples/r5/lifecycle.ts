import { Background, Container, inject } from 'offstage';

async function task(name: string) {
  console.log(name);
}

// Injected: when the function has returned, its Background waits for the tasks.
await inject(async (bg: Background) => {
  await bg.add(task, 'injected');
})();

// By hand: this Background owns its scope, and `await using` closes it.
{
  await using bg = Container.resolve(Background);
  await bg.add(task, 'by hand');
}
console.log('closed');
