import { madeByHand, tree } from './classes.js';
import { compare, compareAsync } from './compare.js';
import { transients } from './di-peers.js';

export async function table(): Promise<string> {
  const tables: string[] = [];
  for (const size of [3, 20]) {
    const classes = tree(size);
    const make = madeByHand(classes);
    const { offstage, inversify, tsyringe, awilix, typed, nest } = await transients(classes);
    const title = `A tree of ${size} transient classes`;
    tables.push(
      await compare(
        title,
        [
          { name: 'new (floor)', run: make },
          { name: 'offstage', run: offstage },
          { name: 'inversify 8', run: inversify },
          { name: 'typed-inject 5', run: typed },
          { name: 'awilix 13', run: awilix },
          { name: 'tsyringe 4', run: tsyringe },
        ],
        ['@needle-di/core has no transient scope.'],
      ),
      await compareAsync(`${title}, asynchronously`, [
        { name: 'new, awaited (floor)', run: make },
        { name: 'offstage, awaited', run: offstage },
        { name: 'NestJS 12, ModuleRef.resolve', run: nest },
      ]),
    );
  }
  return tables.join('\n');
}
