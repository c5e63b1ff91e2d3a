import { Container, inject, RegistrationError, Scope, token } from 'offstage';
import { beforeEach, expect, test } from 'vitest';

interface Transaction {
  readonly id: number;
}
const Transaction = token<Transaction>('Transaction');
let log: string[] = [];

beforeEach(async () => {
  await Container.reset();
  log = [];
});

function* transaction() {
  log.push('begin');
  try {
    yield { id: 1 };
    log.push('commit');
  } catch (error) {
    log.push(`rollback ${String(error)}`);
    throw error;
  } finally {
    log.push('end');
  }
}
async function* asyncTransaction() {
  await Promise.resolve();
  yield* transaction();
}

const both = [
  ['a generator', transaction],
  ['an async generator', asyncTransaction],
] as const;

test.each(both)('%s yields the value, and goes on when the body has ended', async (_, useFactory) => {
  Container.registerProvider(Transaction, { scope: Scope.Resource, useFactory });
  const call = inject([Transaction], async ({ id }) => log.push(`body ${id}`));
  await call();
  expect(log).toEqual(['begin', 'body 1', 'commit', 'end']);
});

test.each(both)(
  '%s sees the error of the body at its yield, and the error leaves once',
  async (_, useFactory) => {
    Container.registerProvider(Transaction, { scope: Scope.Resource, useFactory });
    const problem = new Error('no');
    const call = inject([Transaction], async () => {
      throw problem;
    });
    await expect(call()).rejects.toBe(problem);
    expect(log).toEqual(['begin', 'rollback Error: no', 'end']);
  },
);

test.each([undefined, null, 0, ''])(
  '%j may be thrown: the generator sees an error, and the caller that value',
  async (thrown) => {
    Container.registerProvider(Transaction, { scope: Scope.Resource, useFactory: asyncTransaction });
    const call = inject([Transaction], async () => {
      throw thrown;
    });
    const caught = await call().then(
      () => 'nothing',
      (error: unknown) => [error],
    );
    expect(caught).toEqual([thrown]);
    expect(log).toEqual(['begin', `rollback Error: ${String(thrown)} was thrown, which is no error`, 'end']);
  },
);

test('an error that the generator swallows leaves all the same, and one of its own is kept beside', async () => {
  const body = new Error('body');
  Container.registerProvider(Transaction, {
    scope: Scope.Resource,
    *useFactory() {
      try {
        yield { id: 1 };
      } catch {
        log.push('swallowed');
      }
    },
  });
  const call = inject([Transaction], async () => {
    throw body;
  });
  await expect(call()).rejects.toBe(body);
  Container.registerProvider(Transaction, {
    scope: Scope.Resource,
    *useFactory() {
      try {
        yield { id: 1 };
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is the case under test
        throw new Error('cannot end');
      }
    },
  });
  await expect(call()).rejects.toMatchObject({
    name: 'SuppressedError',
    error: new Error('cannot end'),
    suppressed: body,
  });
});

test('a sync generator keeps a sync call sync', () => {
  Container.registerProvider(Transaction, { scope: Scope.Resource, useFactory: transaction });
  const call = inject([Transaction], ({ id }, more: number) => id + more);
  expect(call(41)).toBe(42);
  expect(log).toEqual(['begin', 'commit', 'end']);
});

test('a generator singleton ends with its container', async () => {
  const container = Container.create();
  container.registerProvider(Transaction, { useFactory: asyncTransaction });
  expect(await container.resolveAsync(Transaction)).toBe(container.resolve(Transaction));
  expect(log).toEqual(['begin']);
  await container.dispose();
  expect(log).toEqual(['begin', 'commit', 'end']);
});

test('a generator that yields nothing, or twice, is told so', async () => {
  Container.registerProvider(Transaction, { scope: Scope.Resource, *useFactory() {} });
  const call = inject([Transaction], async () => 'done');
  await expect(call()).rejects.toThrow(RegistrationError);
  await expect(call()).rejects.toThrow(
    'the generator factory useFactory yielded nothing\nYield the value exactly once, in a try block whose finally closes it.',
  );
  Container.registerProvider(Transaction, {
    scope: Scope.Resource,
    async *useFactory() {
      try {
        yield { id: 1 };
        yield { id: 2 };
      } finally {
        log.push('cleaned');
      }
    },
  });
  await expect(call()).rejects.toThrow('the generator factory useFactory yielded twice\n');
  expect(log).toEqual(['cleaned']);
});
