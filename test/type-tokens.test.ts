import { Container, inject, RegistrationError, typeToken } from 'offstage';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

test('a type without a run time is injected by the package that files import it from, also where it is named late', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/type-tokens.ts');
  expect({ stdout, stderr, code }).toEqual({
    stdout: 'debug debug debug\nan own one\n',
    stderr: '',
    code: 0,
  });
});

test('there is one token for each type', async () => {
  const first = typeToken<{ id: number }>('some-package', 'Item');
  expect(typeToken('some-package', 'Item')).toBe(first);
  expect(typeToken('some-package', 'Other')).not.toBe(first);
  await using container = Container.create();
  container.registerProvider(first, { useValue: { id: 7 } });
  expect(container.run(() => inject([first], (item) => item.id)())).toBe(7);
});

test.each(['./items.js', '/items.js', 'file:///items.js'])('a path names no type: %s', (path) => {
  expect(() => typeToken(path, 'Item')).toThrow(RegistrationError);
  expect(() => typeToken(path, 'Item')).toThrow(
    `typeToken('${path}', 'Item'): a path means another file in each file\n` +
      "Export const Item = token<Item>('Item') beside the type, and import both by their name.",
  );
});
