import { Background, Container, inject, Resource, Scope } from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

quietLog();

let log: string[] = [];

class First {
  async [Resource.enter]() {
    log.push('open first');
  }
  async [Resource.exit](error?: Error) {
    log.push(`close first${error ? ` after ${error.message}` : ''}`);
  }
}
class Second {
  [Symbol.asyncDispose]() {
    log.push('close second');
    return Promise.resolve();
  }
}

class Sync {
  [Resource.exit](error?: Error) {
    log.push(error ? `roll back ${String(error.cause)}` : 'commit');
  }
}

beforeEach(async () => {
  await Container.reset();
  log = [];
  Container.registerProvider(First, Scope.Resource);
  Container.registerProvider(Second, Scope.Resource);
});

test('resources open in the order of the parameters and close in reverse, when the returned promise has settled', async () => {
  const call = inject([First, Second], async (first, _second, text: string) => {
    expect(first).toBeInstanceOf(First);
    await Promise.resolve();
    log.push(text);
    return 42;
  });
  expect(await call('body')).toBe(42);
  expect(log).toEqual(['open first', 'body', 'close second', 'close first']);
});

test('they close when the body throws, and see its error', async () => {
  const call = inject([First, Second], async () => {
    throw new Error('no');
  });
  await expect(call()).rejects.toThrow('no');
  expect(log).toEqual(['open first', 'close second', 'close first after no']);
});

describe.each([undefined, null, 0, '', 'text'])(
  '%j, which is no error, is thrown, and resources see one',
  (thrown) => {
    const seen = `close first after ${String(thrown)} was thrown, which is no error`;
    const outcomeOf = async (body: () => unknown) => {
      try {
        return { value: await body() };
      } catch (error) {
        return { error };
      }
    };

    test('in a call', async () => {
      const call = inject([First], async () => Promise.reject(thrown));
      expect(await outcomeOf(call)).toEqual({ error: thrown });
      expect(log).toEqual(['open first', seen]);
    });

    test('in a sync call', async () => {
      Container.registerProvider(Sync, Scope.Resource);
      const call = inject([Sync], () => {
        throw thrown;
      });
      expect(await outcomeOf(call)).toEqual({ error: thrown });
      expect(log).toEqual([`roll back ${String(thrown)}`]);
    });

    test('in a task', async () => {
      await using bg = new Background();
      const task = await bg.add(inject([First], async () => Promise.reject(thrown)));
      expect(await outcomeOf(() => task.result)).toEqual({ error: thrown });
      expect(log).toEqual(['open first', seen]);
    });
  },
);

test('one that fails to open closes those before it', async () => {
  class Third {
    [Resource.enter]() {
      throw new Error('cannot open');
    }
  }
  Container.registerProvider(Third, Scope.Resource);
  const call = inject([First, Third], async () => log.push('body'));
  await expect(call()).rejects.toMatchObject({
    code: 'ERR_OFFSTAGE_DEPENDENCY_INJECTION',
    cause: new Error('cannot open'),
  });
  expect(log[1]).toMatch(/^close first after .*cannot open/);
});

const unreadable = () => {
  throw new Error('a trap');
};

test.each<[string, () => unknown]>([
  [
    'an error that nobody can read',
    () => new Proxy(new Error(), { get: unreadable, getPrototypeOf: unreadable }),
  ],
  [
    'a full stack without a text',
    () => Object.defineProperty(new RangeError(), 'message', { get: unreadable }),
  ],
])('they close when a provider throws %s, and the container does not wait for the call', async (_, make) => {
  await using container = Container.create();
  const thrown = make();
  class Third {
    [Resource.enter]() {
      throw thrown;
    }
  }
  container.registerProvider(First, Scope.Resource);
  container.registerProvider(Third, Scope.Resource);
  const failure = await container.run(inject([First, Third], async () => {})).catch((error) => error);
  expect(failure).toMatchObject({ code: 'ERR_OFFSTAGE_DEPENDENCY_INJECTION' });
  expect(failure.cause === thrown).toBe(true);
  expect(log[1]).toMatch(/^close first after /);
});

test('they close behind a sync call that returns what nobody can await', async () => {
  await using container = Container.create();
  container.registerProvider(Sync, Scope.Resource);
  const result = Object.defineProperty({}, 'then', { get: unreadable });
  expect(container.run(inject([Sync], () => result)) === result).toBe(true);
  expect(log).toEqual(['commit']);
});

test("the body's error comes first, and what closing threw is kept", async () => {
  class Broken {
    [Resource.exit]() {
      throw new Error('cannot close');
    }
  }
  Container.registerProvider(Broken, Scope.Resource);
  const body = new Error('body');
  const call = inject([Broken, First], async () => {
    throw body;
  });
  const error: unknown = await call().catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    name: 'SuppressedError',
    error: new Error('cannot close'),
    suppressed: body,
  });
  expect(log).toEqual(['open first', 'close first after body']);
});
