import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { component, RegistrationError, resource, Scope, singleton, transient } from 'offstage';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { runNode, runProgram } from './fixtures/run-program.js';

// Inside the project, so that the programs find the package.
const folder = mkdtempSync(fileURLToPath(new URL('./fixtures/decorators-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true }));

const program = `
import { component, Container, resource, Scope, singleton, transient } from 'offstage';

abstract class Store { abstract readonly name: string; }
@singleton class Clock {}
@singleton() class Other {}
@singleton({ provide: Store }) class Memory extends Store { name = 'memory'; }
@transient class Fresh {}
@transient() class FreshToo {}
@resource class Session { [Symbol.dispose]() { console.log('closed'); } }
@component({ scope: Scope.Transient, deps: [Clock, Fresh] })
class Service {
  constructor(readonly clock: Clock, readonly fresh: Fresh) {}
}
@singleton({ deps: [Service] })
class Base {
  constructor(readonly service: Service) {}
}
@singleton({ deps: [Service] })
class Child extends Base {}

const one = <T>(type: new (...args: never[]) => T) => Container.resolve(type) === Container.resolve(type);
console.log(one(Clock), one(Other), one(Memory), one(Fresh), one(FreshToo), one(Service));
console.log(Container.resolve(Store).name, Container.resolve(Store) === Container.resolve(Memory));
console.log(Container.resolve(Service).clock === Container.resolve(Clock));
console.log(Container.resolve(Child).service instanceof Service, Clock.name, Child.name);
{
  await using scope = Container.openScope();
  console.log(scope.resolve(Session) === scope.resolve(Session));
}
`;
const printed = 'true true true false false false\nmemory true\ntrue\ntrue Clock Child\ntrue\nclosed\n';

/** JavaScript as \`tsc\` gives it. */
function compiled(name: string, source: string, options: ts.CompilerOptions): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    ts.transpile(source, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...options }),
  );
  return file;
}

describe('decorated classes, with and without parentheses and options', () => {
  test('as standard decorators, lowered by tsc', async () => {
    const ended = await runNode([compiled('standard', program, {})]);
    expect(ended).toEqual({ code: 0, stderr: '', stdout: printed });
  });

  test('as legacy decorators, compiled by tsc', async () => {
    const ended = await runNode([compiled('legacy', program, { experimentalDecorators: true })]);
    expect(ended).toEqual({ code: 0, stderr: '', stdout: printed });
  });

  test('under offstage/register', async () => {
    const file = join(folder, 'registered.ts');
    writeFileSync(file, program);
    expect(await runProgram(file)).toEqual({ code: 0, stderr: '', stdout: printed });
  });
});

const withoutDeps = `
import { Container, singleton } from 'offstage';
@singleton class Clock {}
@singleton class Base { constructor(readonly clock: Clock, readonly size: number = 3) {} }
@singleton class Child extends Base {}
console.log(Container.resolve(Child).clock === Container.resolve(Clock), Container.resolve(Base).size);
`;

test('the metadata of tsc tells the constructor types, also of an inherited constructor', async () => {
  const source = withoutDeps.replace('readonly size: number = 3', 'readonly size?: Clock');
  const options = { experimentalDecorators: true, emitDecoratorMetadata: true };
  const file = compiled('metadata', source.replace('.size)', '.size === undefined)'), options);
  expect(await runNode([file])).toEqual({ code: 0, stderr: '', stdout: 'true false\n' });
});

test('without metadata and without the transform, the error names the three ways', async () => {
  const { code, stderr } = await runNode([compiled('bare', withoutDeps, { experimentalDecorators: true })]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'MissingParameterTypesError: Base: nothing tells the types of its 1 parameter\n' +
      'Start the program with "node --import offstage/register", or compile with emitDecoratorMetadata (classes only), or name them: @singleton({ deps: [A, B] }).',
  );
});

test.each([
  ['a value', () => (singleton as (target: unknown) => unknown)(1)],
  ['nothing', () => (component({ scope: Scope.Singleton }) as (target: unknown) => void)(undefined)],
])('a decorator on %s is refused', (_, decorate) => {
  expect(decorate).toThrow(RegistrationError);
});

test.each([
  ['a method', 'method'],
  ['a field', 'field'],
])('a standard decorator on %s is refused, and says where it belongs', (_, kind) => {
  const decorate = transient as unknown as (target: unknown, context: unknown) => void;
  expect(() => decorate(() => {}, { kind })).toThrow(
    `@transient stands on ${kind}, not on a class\nPut it in front of a class.`,
  );
});

test('legacy decorators on a member are refused', () => {
  const decorate = resource as unknown as (target: unknown, key: string, descriptor: object) => void;
  expect(() => decorate({}, 'run', { value: () => {} })).toThrow(
    '@resource stands on the member run, not on a class\nPut it in front of a class.',
  );
});
