import { Container, inject, Resource, Scope } from 'offstage';
import { beforeEach, expect, test } from 'vitest';

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
    error: body,
    suppressed: new Error('cannot close'),
  });
  expect(log).toEqual(['open first', 'close first after body']);
});
