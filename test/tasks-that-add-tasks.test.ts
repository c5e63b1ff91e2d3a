import { AsyncLocalStorage } from 'node:async_hooks';
import { Background, inject, TaskCancelledError, type TaskHandle } from 'offstage';
import { describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

// Each starts inside the one that adds it, and the stack has room for some hundred.
const many = 5_000;

describe('a task may add the next one, however many follow', () => {
  test('in one Background', async () => {
    const bg = new Background();
    const begun: number[] = [];
    async function next(index: number): Promise<void> {
      begun.push(index);
      if (index < many) await bg.add(next, index + 1);
    }
    await bg.add(next, 1);
    await bg.idle();
    expect(begun).toEqual(Array.from({ length: many }, (_, index) => index + 1));
    expect(bg.counts).toMatchObject({ succeeded: many, failed: 0 });
  });

  test('each in a Background of its own', async () => {
    let begun = 0;
    const next = inject([Background], async (bg: Background, index: number): Promise<void> => {
      begun++;
      if (index < many) await bg.add(next, index + 1);
    });
    await next(1);
    expect(begun).toBe(many);
  });

  test('through a graph, each node once', async () => {
    const bg = new Background();
    const seen = new Set<number>();
    async function visit(node: number): Promise<void> {
      for (const neighbour of [node + 1, node + 7, node - 3]) {
        if (neighbour < 0 || neighbour >= many || seen.has(neighbour)) continue;
        seen.add(neighbour);
        await bg.add(visit, neighbour);
      }
    }
    await bg.add(visit, 0);
    await bg.idle();
    expect(seen.size).toBe(many);
    expect(bg.counts).toMatchObject({ succeeded: many + 1, failed: 0 });
  });
});

describe('those that begin only when the stack has room again', () => {
  /** Adds tasks inside one another, some deep, each with its number; the last adds what is given. */
  async function deepIn(bg: Background, depth: number, body: () => void): Promise<void> {
    if (depth === 0) body();
    else await bg.add(async () => deepIn(bg, depth - 1, body));
  }

  test('begin in the order of their adding', async () => {
    const bg = new Background();
    const added: number[] = [];
    const begun: number[] = [];
    let last = 0;
    // A tree: behind each branch that has become too deep, its branches above go on to add.
    async function branch(number: number, depth: number): Promise<void> {
      begun.push(number);
      for (let twig = 0; depth < 160 && twig < 2; twig++) {
        if (twig > 0 && depth % 20 > 0) continue;
        const child = ++last;
        added.push(child);
        void bg.add(branch, child, depth + 1);
      }
    }
    added.push(0);
    await bg.add(branch, 0, 0);
    await bg.idle();
    expect(added.length).toBeGreaterThan(1_000);
    expect(begun).toEqual(added);
  });

  test('have the context of who added them', async () => {
    const bg = new Background();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await deepIn(bg, 200, () => {
      for (const name of ['first', 'second'])
        storage.run(name, () => void bg.add(async () => void seen.push(storage.getStore())));
    });
    await bg.idle();
    expect(seen).toEqual(['first', 'second']);
  });

  test('never run if they are cancelled before', async () => {
    const bg = new Background();
    let runs = 0;
    let adding: Promise<TaskHandle> | undefined;
    const abort = new AbortController();
    await deepIn(bg, 200, () => {
      adding = bg.with({ signal: abort.signal }).add(async () => void runs++);
      abort.abort();
    });
    await bg.idle();
    await expect((await adding)?.result).rejects.toThrow(TaskCancelledError);
    expect(runs).toBe(0);
    expect(bg.tasks()).toEqual([]);
  });

  test('begin also behind one whose start throws', async () => {
    const { stdout, code } = await runProgram('test/fixtures/programs/start-that-throws.ts');
    expect(stdout).toBe('Error: it does not start\nbehind it\nanother one\n');
    expect(code).toBe(0);
  });
});
