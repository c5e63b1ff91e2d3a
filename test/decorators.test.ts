import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { component, Scope, singleton } from 'offstage';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { runNode, runProgram } from './fixtures/run-program.js';

// Inside the project, so that the programs find the package.
const folder = mkdtempSync(fileURLToPath(new URL('./fixtures/decorators-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true }));

const program = `
import { component, Container, resource, Scope, singleton, transient } from 'offstage';

abstract class Store { abstract readonly name: string; }
abstract class Unit {}
abstract class Port {}
@singleton class Clock {}
@singleton() class Other {}
@singleton({ provide: Store }) class Memory extends Store { name = 'memory'; }
@transient class Fresh {}
@transient() class FreshToo {}
@resource class Session { [Symbol.dispose]() { console.log('closed'); } }
@resource() class Request {}
@resource({ provide: Unit, nested: 'share' }) class Work extends Unit {}
@component({ scope: Scope.Resource, provide: Port }) class Tcp extends Port {}
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
  const twice = <T>(type: abstract new (...args: never[]) => T) => scope.resolve(type) === scope.resolve(type);
  console.log(twice(Session), twice(Request), twice(Work), scope.resolve(Unit) === scope.resolve(Work));
  console.log(scope.resolve(Port) instanceof Tcp, scope.resolve(Fresh) === scope.resolve(Fresh));
}
`;
const printed =
  'true true true false false false\nmemory true\ntrue\ntrue Clock Child\n' +
  'true true true true\ntrue false\nclosed\n';

/** JavaScript as `tsc` gives it. */
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
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: printed });
  });

  test('as legacy decorators, compiled by tsc', async () => {
    const ended = await runNode([compiled('legacy', program, { experimentalDecorators: true })]);
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: printed });
  });

  test('under offstage/register', async () => {
    const file = join(folder, 'registered.ts');
    writeFileSync(file, program);
    expect(await runProgram(file)).toMatchObject({ code: 0, stderr: '', stdout: printed });
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
  expect(await runNode([file])).toMatchObject({ code: 0, stderr: '', stdout: 'true false\n' });
});

const mixins = `
import { Container, singleton } from 'offstage';
type Constructor = new (...args: any[]) => object;
@singleton class Clock { now() { return 7; } }
class Core { constructor(readonly clock: Clock) {} }
function timed<B extends Constructor>(Base: B) {
  return class extends Base {
    constructor(...args: any[]) { super(...args); }
  };
}
@singleton class Service extends timed(timed(Core)) {}
@singleton class Typed extends Core {
  constructor(...args: ConstructorParameters<typeof Core>) { super(...args); }
}
class List { constructor(...items: any[]) { console.log(items.length); } }
Container.registerProvider(List, 'transient');
console.log(Container.resolve(Service).clock.now(), Container.resolve(Typed).clock.now());
Container.resolve(List);
`;

test.each([false, true])('a mixin takes what its base does, with the transform: %s', async (transformed) => {
  const file = join(folder, 'mixins.ts');
  writeFileSync(file, mixins);
  const options = { experimentalDecorators: true, emitDecoratorMetadata: true };
  const withMetadata = mixins
    .replace('class Core', '@singleton class Core')
    .replaceAll(/@singleton (class Typed)/g, '$1');
  const ended = await (transformed
    ? runProgram(file)
    : runNode([compiled('mixins', withMetadata.replace('resolve(Typed)', 'resolve(Service)'), options)]));
  expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '7 7\n0\n' });
});

test('without metadata and without the transform, the error names the three ways', async () => {
  const { code, stderr } = await runNode([compiled('bare', withoutDeps, { experimentalDecorators: true })]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'MissingParameterTypesError: Base: nothing tells the types of its 1 parameter\n' +
      'Compiled JavaScript has no types: run its sources with "node --import offstage/register", build them with a plugin of offstage (which sees functions at the top level, and in place in inject(…) and bg.add(…)), or compile with emitDecoratorMetadata (classes only), or name them: @singleton({ deps: [A, B] }).',
  );
});

const refusal = (what: string) => `@singleton stands on ${what}, not on a class\nPut it in front of a class.`;

const refused = (message: string) => expect.objectContaining({ name: 'RegistrationError', message });

test.each([
  ['a number', 1, '1'],
  ['null', null, 'null'],
  ['a text', 'Clock', 'Clock'],
  ['a symbol', Symbol('clock'), 'Symbol(clock)'],
])('a decorator on %s is refused', (_, target, shown) => {
  const decorate = singleton as (target: unknown) => unknown; // what JavaScript may do
  expect(() => decorate(target)).toThrow(refused(refusal(shown)));
});

test('a decorator with options on anything but a class is refused', () => {
  const decorate = component({ scope: Scope.Singleton }) as (target: unknown) => void; // what JavaScript may do
  expect(() => decorate(undefined)).toThrow(refused(refusal('undefined')));
  expect(() => decorate({})).toThrow(refused(refusal('[object Object]')));
});

describe.each([
  ['a method', 'run() {}', 'method', 'the member run'],
  ['a static method', 'static run() {}', 'method', 'the member run'],
  ['a field', 'size = 1;', 'field', 'the member size'],
  ['a getter', 'get size() { return 1; }', 'getter', 'the member size'],
  ['an accessor', 'accessor size = 1;', 'accessor', 'the member size'],
])('a decorator of ours on %s is refused when the module loads', (name, member, standard, legacy) => {
  const source = `import { singleton } from 'offstage';\nclass Clock { @singleton ${member} }\nnew Clock();`;
  const base = name.replaceAll(' ', '-');

  test('as a standard decorator', async () => {
    const { code, stderr } = await runNode([compiled(`${base}-standard`, source, {})]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`RegistrationError: ${refusal(standard)}`),
    });
  });

  test('as a legacy decorator', async () => {
    const { code, stderr } = await runNode([
      compiled(`${base}-legacy`, source, { experimentalDecorators: true }),
    ]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`RegistrationError: ${refusal(legacy)}`),
    });
  });

  test('under offstage/register', async () => {
    const file = join(folder, `${base}.ts`);
    writeFileSync(file, source);
    const { code, stderr } = await runProgram(file);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`RegistrationError: ${refusal(legacy)}`),
    });
  });
});
