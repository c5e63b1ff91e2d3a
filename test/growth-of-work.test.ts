import { Background, Container, factory, inject, Scope } from 'offstage';
import { transform } from 'offstage/transform';
import { expect, test } from 'vitest';
import { workOf } from './fixtures/counted-work.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const classes = (count: number) => range(count).map(() => class {});

/** What prepares so many things, and gives what is then done with them. */
type Prepare = (count: number) => () => unknown;

const file =
  (line: (index: number) => string): Prepare =>
  (count) => {
    const code = [
      "import { type Background, inject, singleton } from 'offstage';",
      "import { Service } from './service.js';",
      ...range(count).map(line),
    ].join('\n');
    return () => expect(transform(code, '/project/many.ts')).toBeDefined();
  };

const containers: Record<string, Prepare> = {
  'providers, registered': (count) => {
    const container = Container.create();
    return () => {
      for (const type of classes(count)) container.registerProvider(type, { useClass: type, deps: [] });
    };
  },
  'providers, registered when as many singletons are made': (count) => {
    const container = Container.create();
    for (const type of classes(count)) {
      container.registerProvider(type, { useClass: type, deps: [] });
      container.resolve(type);
    }
    return () => {
      for (const type of classes(count)) container.registerProvider(type, { useClass: type, deps: [] });
    };
  },
  'singletons, each over the one before, made and disposed': (count) => {
    const container = Container.create();
    const types = classes(count);
    for (const [index, type] of types.entries())
      container.registerProvider(type, { useClass: type, deps: types.slice(Math.max(0, index - 1), index) });
    return async () => {
      for (const type of types) container.resolve(type);
      await container.dispose();
    };
  },
  'resources of one scope': (count) => {
    const container = Container.create();
    const types = classes(count);
    for (const type of types)
      container.registerProvider(type, { useClass: type, deps: [], scope: Scope.Resource });
    return async () => {
      await using scope = container.openScope();
      for (const type of types) scope.resolve(type);
    };
  },
  'values of a factory, closed with their scope': (count) => {
    class Made {
      [Symbol.dispose]() {}
    }
    const container = Container.create();
    container.registerProvider(Made, { scope: Scope.Transient, useFactory: () => new Made() });
    return async () => {
      await using scope = container.openScope();
      const make = scope.resolve(factory(Made));
      for (let made = 0; made < count; made++) make();
    };
  },
  'children, made and closed with their parent': (count) => {
    const parent = Container.create();
    return async () => {
      const children = range(count).map(() => Container.create({ parent }));
      await parent.dispose();
      expect(children).toHaveLength(count);
    };
  },
  'providers, all validated': (count) => {
    const container = Container.create();
    const types = classes(count);
    for (const [index, type] of types.entries())
      container.registerProvider(type, { useClass: type, deps: types.slice(Math.max(0, index - 1), index) });
    return () => container.validate();
  },
};

const tasks: Record<string, Prepare> = {
  'tasks that wait for one place': (count) => async () => {
    await using bg = new Background({ maxConcurrency: 1 });
    for (let added = 0; added < count; added++) void bg.add(async () => {});
  },
  'tasks, half of them cancelled': (count) => async () => {
    await using bg = new Background({ maxConcurrency: 1 });
    for (let added = 0; added < count; added++) {
      const handle = await bg.add(async () => {});
      if (added % 2) handle.cancel();
    }
  },
  'tasks whose counts are read by each of them': (count) => async () => {
    await using bg = new Background({ maxConcurrency: 10 });
    for (let added = 0; added < count; added++) void bg.add(async () => void bg.counts.waiting);
  },
  'tasks that add one another': (count) => async () => {
    await using bg = new Background();
    const next = async (index: number) => {
      if (index < count) await bg.add(next, index + 1);
    };
    await bg.add(next, 1);
  },
  'calls in flight, each with a Background': (count) => async () => {
    const call = inject([Background], async (bg: Background) => {
      await bg.add(async () => new Promise(setImmediate));
    });
    await Promise.all(range(count).map(() => call()));
  },
};

const files: Record<string, Prepare> = {
  'injected functions of a file': file(
    (index) => `export const f${index} = inject(async (bg: Background, s: Service, x: number) => x);`,
  ),
  'functions and constants of a file': file(
    (index) => `const c${index} = ${index}; export function f${index}(s: Service) { return c${index}; }`,
  ),
  'classes of a file': file(
    (index) => `@singleton export class C${index} { constructor(readonly s: Service) {} }`,
  ),
  'constants of functions that call each other': file(
    (index) => `const c${index} = g${index}(1);
      function g${index}(x: number): number { return x > 3 ? g${(index * 7) % 100}(x) : x; }
      export function f${index}(s: Service) { return c${index}; }`,
  ),
  'functions that each call the next one': file(
    (index) => `function f${index}(x: number) { return f${index + 1}(x); } bg.add(f${index}, 1);`,
  ),
  'functions that statements take': file((index) => `app.get('/${index}', inject(async (s: Service) => s));`),
};

test.each(Object.entries({ ...containers, ...tasks, ...files }))(
  'four times as many take four times the work: %s',
  async (_, prepare) => {
    await prepare(10)(); // what is done once
    const few = await workOf(prepare(100));
    const many = await workOf(prepare(400));
    expect(few).toBeGreaterThan(100);
    expect(many / few).toBeLessThan(4.5);
  },
);
