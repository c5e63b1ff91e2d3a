import { test as nodeTest } from 'node:test';
import { withContainer } from 'offstage/testing';
import { test as base } from 'vitest';

const test = base.extend<{ user: string }>({ user: 'ada' });

// The runner says what comes after the container.
test(
  'a pattern',
  withContainer((container, { user, task: { name } }) => [container.resolve(Date), user.length, name.length]),
);
test(
  'a context',
  withContainer((_, context) => context.user.length),
);
test.for(['grace'])(
  'a row of a table',
  withContainer((_, row, { user }) => [row.length, user.length]),
);
nodeTest(
  'node:test',
  withContainer((_, t) => t.name.length),
);
test(
  'unknown',
  // error: Property 'nobody' does not exist
  withContainer((_, { nobody }) => nobody),
);

// Without one, the body does.
const body = withContainer((_, row: number) => row);
body(1) satisfies Promise<void>;
withContainer(() => 1)() satisfies Promise<void>;
// error: Argument of type 'string' is not assignable to parameter of type 'number'
body('one');
test(
  'neither fits',
  // error: not assignable
  withContainer((_, row: number) => row),
);
