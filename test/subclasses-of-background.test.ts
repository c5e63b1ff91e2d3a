import {
  AppBackground,
  Background,
  BackgroundClosedError,
  type CallArguments,
  Container,
  inject,
  Resource,
  Scope,
} from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';
import { settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

quietLog();

const events: string[] = [];
beforeEach(() => {
  events.length = 0;
});

async function note(text: string) {
  await settled();
  events.push(text);
}

class WithExit extends Background {
  async [Resource.exit](error?: unknown) {
    await this.add(note, error ? 'task of a failed exit' : 'task of the exit');
    events.push('exit');
  }
}

class WithDispose extends Background {
  override async [Symbol.asyncDispose]() {
    await super[Symbol.asyncDispose]();
    await this.add(note, 'task of the exit');
    events.push('exit');
  }
}

/** Its own disposer is a property of the instance. */
class WithProperty extends Background {
  override [Symbol.asyncDispose] = async () => {
    await this.add(note, 'task of the exit');
    events.push('exit');
  };
}

const kinds = [WithExit, WithDispose, WithProperty] as const;

describe.each(kinds)('$name tidies up behind its tasks, and then is closed', (Own) => {
  const container = Container.create();
  container.registerProvider(Own, Scope.Resource);
  const all = ['task', 'exit', 'task of the exit'];

  test('as a parameter', async () => {
    const call = inject([Own], async (bg) => {
      await bg.add(note, 'task');
      return bg;
    });
    const kept = await container.run(() => call());
    expect(events).toEqual(all);
    await expect(kept.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
  });

  test('resolved with await using', async () => {
    let kept: Background;
    {
      await using bg = container.resolve(Own);
      await bg.add(note, 'task');
      kept = bg;
    }
    expect(events).toEqual(all);
    await expect(kept.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
  });

  test('given by a factory', async () => {
    const other = Container.create();
    other.registerProvider(Background, { scope: Scope.Resource, useFactory: () => new Own() });
    const kept = await other.run(() => inject([Background], async (bg) => bg)());
    expect(events).toEqual(['exit', 'task of the exit']);
    await expect(kept.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
  });

  test('as a singleton of a container that is disposed', async () => {
    const other = Container.create();
    other.registerProvider(Own, Scope.Singleton);
    const kept = other.resolve(Own);
    await kept.add(note, 'task');
    await other.dispose();
    expect(events).toEqual(all);
    await expect(kept.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
  });
});

describe('an add that is overridden', () => {
  class Adding extends Background {
    override add<P extends unknown[], R>(task: (...args: P) => R, ...args: CallArguments<P>) {
      events.push(`adds ${String(args)}`);
      if (Number(args[0]) > 7) throw new Error('too much');
      return super.add(task, ...args);
    }
  }
  const double = async (n: number) => 2 * n;
  async function* later() {
    yield* [1, 2];
  }

  test('takes what map adds', async () => {
    await using bg = new Adding();
    expect(await bg.map(double, [1, 2])).toEqual([2, 4]);
    expect(await bg.map(double, later())).toEqual([2, 4]);
    expect(events).toEqual(['adds 1', 'adds 2', 'adds 1', 'adds 2']);
    await expect(bg.map(double, [7, 8])).rejects.toThrow('too much');
    expect(bg.counts.succeeded).toBe(5);
  });

  test('may give a handle of its own', async () => {
    class Wrapping extends Background {
      override async add<P extends unknown[], R>(task: (...args: P) => R, ...args: CallArguments<P>) {
        const { id, name, result } = await super.add(task, ...args);
        return { id, name, result, status: 'waiting' as const, cancel: () => {} };
      }
    }
    await using bg = new Wrapping();
    expect(await bg.map(double, [1, 2])).toEqual([2, 4]);
    const fails = async (n: number) => Promise.reject(new Error(`no ${n}`));
    await expect(bg.map(fails, [3])).rejects.toThrow('no 3');
  });

  test('is gone round by what with gives', async () => {
    await using bg = new Adding();
    expect(await bg.with({ priority: 1 }).map(double, [8])).toEqual([16]);
    expect(events).toEqual([]);
  });
});

test('an AppBackground with an exit of its own closes with its container', async () => {
  class MyApp extends AppBackground {
    [Resource.exit]() {
      events.push('exit');
    }
  }
  const container = Container.create();
  container.registerProvider(MyApp, Scope.Singleton);
  const app = container.resolve(MyApp);
  await app.add(note, 'task');
  await container.dispose();
  expect(events).toEqual(['task', 'exit']);
  await expect(app.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
});

test('the exit of one sees the error of the body', async () => {
  const container = Container.create();
  container.registerProvider(WithExit, Scope.Resource);
  const call = inject([WithExit], async () => {
    throw new Error('as asked');
  });
  await expect(container.run(() => call())).rejects.toThrow('as asked');
  expect(events).toEqual(['exit', 'task of a failed exit']);
});

test('one that is idle, and tidies up at once, closes in a sync function', async () => {
  class Plain extends Background {
    [Resource.exit]() {
      events.push('exit');
    }
  }
  const container = Container.create();
  container.registerProvider(Plain, Scope.Resource);
  const kept = container.run(() => inject([Plain, Background], (bg) => bg)());
  expect(events).toEqual(['exit']);
  await expect(kept.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
});

test('in a scope that has closed meanwhile it is closed at once', async () => {
  const container = Container.create();
  let made: Background | undefined;
  class Late extends Background {
    constructor() {
      super();
      made = this;
      void scope[Symbol.asyncDispose]();
    }
    [Resource.exit]() {
      events.push('exit');
    }
  }
  container.registerProvider(Late, Scope.Resource);
  const scope = container.openScope();
  expect(() => scope.resolve(Late)).toThrow('Late was asked of an injection scope that has ended');
  expect(events).toEqual(['exit']);
  await expect(made?.add(note, 'late')).rejects.toThrow(BackgroundClosedError);
});
