import { type Background, Container, inject, singleton } from 'offstage';

@singleton
class Tally {
  done = 0;
  count() {
    this.done++;
  }
}

function processItem(tally: Tally, _item: number) {
  tally.count();
}

await inject(async (bg: Background) => {
  for (let i = 0; i < 100; i++) await bg.add(processItem, i);
})();
console.log(`All ${Container.resolve(Tally).done} tasks completed`);
