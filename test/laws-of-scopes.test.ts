import fc from 'fast-check';
import {
  Container,
  type Container as ContainerType,
  inject,
  Resource,
  Scope,
  type Token,
  token,
} from 'offstage';

import { expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

const runs = { numRuns: 1_000 };

// Overwriting a thousand providers is what is under test.
quietLog();

type Kind = 'singleton' | 'resource' | 'transient';
type Way = 'class' | 'function' | 'generator' | 'async class' | 'async function' | 'async generator';

interface Node {
  readonly scope: Kind;
  readonly way: Way;
  /** Nodes before this one: so that there are no cycles. */
  readonly needs: readonly number[];
}

const ways: readonly Way[] = [
  'class',
  'function',
  'generator',
  'async class',
  'async function',
  'async generator',
];

const graphs = fc
  .array(
    fc.record({
      scope: fc.constantFrom<Kind>('singleton', 'resource', 'transient'),
      way: fc.constantFrom(...ways),
      needs: fc.array(fc.nat(), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((nodes) => {
    const sound: Node[] = [];
    /** Whether a node would hold a resource: then a singleton may not need it. */
    const holds: boolean[] = [];
    for (const [index, node] of nodes.entries()) {
      const needs = index === 0 ? [] : node.needs.map((need) => need % index);
      const allowed = node.scope === 'singleton' ? needs.filter((need) => !holds[need]) : needs;
      sound.push({ ...node, needs: allowed });
      holds.push(node.scope === 'resource' || (node.scope === 'transient' && allowed.some((n) => holds[n])));
    }
    return sound;
  });

/** What happened to one value. */
interface Life {
  readonly node: number;
  readonly opened: number;
  closed: number | undefined;
}

async function wait(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}

class World {
  readonly lives: Life[] = [];
  readonly container: ContainerType = Container.create();
  readonly tokens;
  /** Fails when this many openings have been tried. */
  failAt = Number.POSITIVE_INFINITY;
  bodies = 0;
  readonly #nodes: readonly Node[];
  #time = 0;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.tokens = nodes.map((_, index) => token<object>(`node ${index}`));
    for (const [index, node] of nodes.entries()) this.#register(index, node);
  }

  #register(index: number, node: Node): void {
    const own = this.tokens[index];
    const deps = node.needs.map((need) => this.tokens[need]).filter((dep) => dep !== undefined);
    const open = () => this.#open(index);
    const close = (life: Life) => this.#close(life);
    const scope = { singleton: Scope.Singleton, resource: Scope.Resource, transient: Scope.Transient }[
      node.scope
    ];
    class Value {
      #life: Life | undefined;
      [Resource.enter]() {
        this.#life = open();
      }
      [Resource.exit]() {
        if (this.#life) close(this.#life);
      }
    }
    class AsyncValue {
      #life: Life | undefined;
      async [Resource.enter]() {
        await Promise.resolve();
        this.#life = open();
      }
      async [Resource.exit]() {
        await Promise.resolve();
        if (this.#life) close(this.#life);
      }
    }
    const produce = () => {
      const life = open();
      return { [Symbol.dispose]: () => close(life) };
    };
    const factories = {
      function: produce,
      'async function': async () => {
        await Promise.resolve();
        return produce();
      },
      *generator() {
        const life = open();
        try {
          yield {};
        } finally {
          close(life);
        }
      },
      async *'async generator'() {
        await Promise.resolve();
        const life = open();
        try {
          yield {};
        } finally {
          await Promise.resolve();
          close(life);
        }
      },
    };
    if (!own) return;
    if (node.way === 'class' || node.way === 'async class') {
      const useClass = node.way === 'class' ? Value : AsyncValue;
      // The constructors take nothing, so that what they are given is of no matter.
      this.container.registerProvider(own, { useClass, scope, deps });
    } else {
      this.container.registerProvider(own, { useFactory: factories[node.way], scope, deps });
    }
  }

  #open(node: number): Life {
    for (const need of (this.#nodes[node] as Node).needs) {
      const open = this.lives.some((other) => other.node === need && other.closed === undefined);
      expect(open, `node ${node} is given node ${need}, which it needs`).toBe(true);
    }
    if (this.lives.length >= this.failAt) throw new Error(`opening ${node} failed`);
    const life: Life = { node, opened: ++this.#time, closed: undefined };
    this.lives.push(life);
    return life;
  }

  #close(life: Life): void {
    expect(life.closed, `node ${life.node} closed twice`).toBeUndefined();
    const { needs } = this.#nodes[life.node] as Node; // a life belongs to a node
    for (const need of needs) {
      const open = this.lives.some((other) => other.node === need && other.closed === undefined);
      expect(open, `node ${life.node} closes after node ${need}, which it needs`).toBe(true);
    }
    life.closed = ++this.#time;
  }

  /** An injected call that takes some of the nodes. */
  call(nodes: readonly number[]): () => Promise<void> {
    const tokens = nodes.flatMap((node) => this.tokens[node % this.tokens.length] ?? []);
    const body = inject(tokens, async () => {
      this.bodies++;
      await Promise.resolve();
    }) as () => Promise<void>;
    return () => this.container.run(body);
  }

  /** Resolves a node in a scope of its own, which ends at any time. */
  async scope(node: number, turns: number): Promise<void> {
    const scope = this.container.openScope();
    const made = scope.resolveAsync(this.tokens[node % this.tokens.length] as Token<object>); // in bounds
    const refused = made.then(
      () => undefined,
      (error: unknown) => error,
    );
    await wait(turns);
    await scope[Symbol.asyncDispose]();
    if (await refused) expect(await refused).toMatchObject({ code: 'ERR_OFFSTAGE_SCOPE_CLOSED' });
  }

  livesOf(scope: Kind): Life[] {
    return this.lives.filter((life) => this.#nodes[life.node]?.scope === scope);
  }
}

const calls = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

test('whatever the graph, each opened value is closed exactly once, before what it needs, and singletons are made at most once', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, calls, async (nodes, programs) => {
      const world = new World(nodes);
      await Promise.all(programs.map((program) => world.call(program)()));
      expect(world.bodies).toBe(programs.length);
      for (const life of [...world.livesOf('resource')]) expect(life.closed).toBeDefined();
      const singletons = world.livesOf('singleton').map(({ node }) => node);
      expect(new Set(singletons).size).toBe(singletons.length);
      await world.container.dispose();
      for (const life of world.lives) expect(life.closed, `node ${life.node}`).toBeDefined();
    }),
    runs,
  );
});

test('wherever an opening fails, nothing is left open, and the next call works', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, calls, fc.nat({ max: 12 }), async (nodes, programs, failAt) => {
      const world = new World(nodes);
      world.failAt = failAt;
      const results = await Promise.allSettled(programs.map((program) => world.call(program)()));
      for (const result of results) {
        if (result.status === 'rejected') expect(String(result.reason)).toContain('failed');
      }
      for (const life of world.livesOf('resource')) expect(life.closed, `node ${life.node}`).toBeDefined();
      world.failAt = Number.POSITIVE_INFINITY;
      await world.call([nodes.length - 1])();
      await world.container.dispose();
      for (const life of world.lives) expect(life.closed, `node ${life.node}`).toBeDefined();
    }),
    runs,
  );
});

test('one call closes its resources in the reverse order of their opening', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), async (nodes, program) => {
      const world = new World(nodes);
      await world.call(program)();
      const own = world.lives.filter((life) => life.closed !== undefined);
      const byClosing = [...own].sort((a, b) => (b.closed ?? 0) - (a.closed ?? 0));
      expect(byClosing).toEqual(own);
    }),
    runs,
  );
});

test('restore brings back the same answers, and disposes exactly what was made since', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, calls, async (nodes, programs) => {
      const world = new World(nodes);
      const { container } = world;
      const kept = world.tokens.filter((_, i) => nodes[i]?.scope === 'singleton' && i % 2 === 0);
      const resolve = () => Promise.allSettled(kept.map((t) => container.resolveAsync(t)));
      const made = await resolve();
      const before = world.lives.length;
      const snapshot = container.snapshot();
      await Promise.all(programs.map((program) => world.call(program)()));
      for (const own of world.tokens) container.registerProvider(own, { useValue: {} });
      await container.restore(snapshot);
      const later = await resolve();
      expect(later.map((result) => result.status === 'fulfilled' && result.value)).toEqual(
        made.map((result) => result.status === 'fulfilled' && result.value),
      );
      for (const [index, life] of world.lives.entries()) {
        expect(life.closed === undefined, `life ${index} of node ${life.node}`).toBe(index < before);
      }
      await container.dispose();
    }),
    runs,
  );
});

test('whenever scopes end and the container is disposed, what is being made is given nothing closed, and is closed itself', async () => {
  const turns = fc.nat({ max: 12 });
  const scopes = fc.array(fc.record({ node: fc.nat(), turns }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(graphs, scopes, turns, async (nodes, programs, disposeAfter) => {
      const world = new World(nodes);
      const running = programs.map(({ node, turns }) => world.scope(node, turns));
      await wait(disposeAfter);
      await Promise.all([...running, world.container.dispose()]);
      for (const life of world.lives) expect(life.closed, `node ${life.node}`).toBeDefined();
    }),
    { numRuns: 300 },
  );
});
