import { type Background, Container, inject, singleton } from 'offstage';

@singleton
class Totals {
  items = 0;
  add() {
    this.items++;
  }
}

async function processItem(totals: Totals, _item: number) {
  totals.add();
}

await inject(async (bg: Background) => {
  for (let item = 0; item < 1000; item++) await bg.add(processItem, item);
  console.log('All items queued');
})();
console.log(`Processing completed: ${Container.resolve(Totals).items}`);
