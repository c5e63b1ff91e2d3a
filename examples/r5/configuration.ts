import { Background, Container, inject, resource, Scope } from 'offstage';

await Container.reset();

@resource
class CustomBackground extends Background {
  constructor() {
    super({ maxWorkers: 1 });
  }
}

Container.registerProvider(CustomBackground, Scope.Resource);
Container.aliasProvider(Background, CustomBackground);

function task(n: number) {
  console.log(`task ${n}`);
}

await inject(async (bg: Background) => {
  console.log(bg instanceof CustomBackground);
  for (let n = 1; n <= 3; n++) await bg.add(task, n); // one worker: in this order
})();
