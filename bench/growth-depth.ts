import { Container, inject, Scope } from 'offstage';
import { chain, madeByHand, type Part, typesOf } from './classes.js';
import { sink, timed } from './compare.js';
import { median, section, times } from './table.js';

export async function table(): Promise<string> {
  const rows: string[][] = [];
  for (const size of [1, 10, 100, 1_000]) rows.push(await grown(size));
  return section(
    'Growth: depth of the graph',
    [
      'classes',
      'new (floor)',
      'transients, first',
      'transients, warm',
      'resources, first',
      'resources, warm',
    ],
    rows,
    [
      'A chain in which each needs the next; all is for one class. Resources open and close in an injected call.',
    ],
  );
}

async function grown(size: number): Promise<string[]> {
  const warm = Math.max(20, Math.ceil(20_000 / size));
  const make = madeByHand(chain(size));
  const floor: number[] = [];
  for (let round = 0; round < 20; round++) {
    floor.push((await timed(() => repeat(make, warm))) / warm / size);
  }
  const transients = await measured(size, warm, Scope.Transient, (container, root) => () => {
    return container.resolve(root);
  });
  const resources = await measured(size, warm, Scope.Resource, (container, root) => {
    const call = inject([root], (one) => one);
    return () => container.run(call);
  });
  return [size.toLocaleString('en'), times(median(floor)), ...transients, ...resources];
}

/** The first and the warm time of one class, each time in a container of its own. */
async function measured(
  size: number,
  warm: number,
  scope: Scope,
  prepare: (container: Container, root: Part) => () => unknown,
): Promise<string[]> {
  const first: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < 20; round++) {
    const classes = chain(size);
    const container = Container.create();
    for (const [index, type] of classes.types.entries()) {
      container.registerProvider(type, { useClass: type, scope, deps: typesOf(classes, index) });
    }
    const resolve = prepare(container, classes.types[0]);
    first.push((await timed(resolve)) / size);
    await repeat(resolve, warm);
    again.push((await timed(() => repeat(resolve, warm))) / warm / size);
    await container.dispose();
  }
  return [times(median(first)), times(median(again))];
}

function repeat(run: () => unknown, count: number): void {
  for (let i = 0; i < count; i++) sink[0] = run();
}
