import { Container, Scope } from 'offstage';
import { tree, typesOf } from './classes.js';
import { sink, timed } from './compare.js';
import { median, section, times } from './table.js';

class Another {}
const later = 100;

export async function table(): Promise<string> {
  const rows: string[][] = [];
  for (const size of [10, 1_000, 10_000]) rows.push(await grown(size));
  return section(
    'Growth: providers',
    [
      'providers',
      'register one',
      'resolve one first',
      'resolve one again',
      'validate one',
      'register one later',
      'the root after a change',
    ],
    rows,
    [
      'Singletons, each over two others, as a tree. All but the last is for one provider. Later are a hundred that are registered when all are made, of which the first looks once at each that is; at last one more is, and the root resolved again.',
    ],
  );
}

async function grown(size: number): Promise<string[]> {
  const classes = tree(size);
  const [root] = classes.types;
  const measured = { register: [], first: [], again: [], validate: [], later: [], change: [] } as Record<
    string,
    number[]
  >;
  const rounds = Math.max(5, Math.ceil(3_000 / size));
  for (let round = -rounds; round < rounds; round++) {
    const container = Container.create();
    const keep = async (name: string, operations: number, body: () => unknown) => {
      const time = (await timed(body)) / operations;
      if (round >= 0) measured[name]?.push(time);
    };
    await keep('register', size, () => {
      for (const [index, type] of classes.types.entries()) {
        container.registerProvider(type, {
          useClass: type,
          scope: Scope.Singleton,
          deps: typesOf(classes, index),
        });
      }
    });
    await keep('validate', size, () => container.validate());
    const resolveAll = () => {
      for (const type of classes.types) sink[0] = container.resolve(type);
    };
    await keep('first', size, resolveAll);
    await keep('again', size, resolveAll);
    const types = Array.from({ length: later }, () => class {});
    await keep('later', later, () => {
      for (const type of types) container.registerProvider(type, Scope.Singleton);
    });
    await keep('change', 1, () => {
      container.registerProvider(Another, Scope.Singleton);
      return container.resolve(root);
    });
    await container.dispose();
  }
  const of = (name: string) => times(median(measured[name] ?? []));
  return [
    size.toLocaleString('en'),
    of('register'),
    of('first'),
    of('again'),
    of('validate'),
    of('later'),
    of('change'),
  ];
}
