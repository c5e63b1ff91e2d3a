import { describe, expect, it } from 'vitest';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf, TypeImport } = runtime;

const tokens = `
const token = (name: string) => ({ name });
class Database {}
type Primary = Database;
const Primary = token('primary');
export type Replica = Database;
export const Replica = token('replica');
export const Early = token('early');
export type Early = Database;
export interface Repo { find(): void }
export const Repo = token('repo');
export type Port = number;
export const Port = token('port');
export type Alone = Database;
export { Primary, Database };
`;

/** The name of the token of a type, in a function of `main.ts`. */
async function tokenOf(main: string, type: string): Promise<string | undefined> {
  const module = await evaluate({
    'main.ts': `${main}\nexport function f(a: ${type}) {}`,
    'tokens.ts': tokens,
    'barrel.ts': `export * from './tokens.js';`,
  });
  const [value] = declarationOf(module.f as object)?.tokens() ?? []; // exported above
  if (value instanceof TypeImport) await value.load();
  const token = value instanceof TypeImport ? value.value : value;
  return (token as { name: string } | undefined)?.name; // a token or class
}

const names = 'Primary, Replica, Early, Repo, Port, Alone, Database';

describe.each([
  ['in the same file', tokens, ''],
  ['imported', `import { ${names} } from './tokens.js';`, ''],
  ['imported as types', `import type { ${names} } from './tokens.js';`, ''],
  ['imported as a namespace', `import * as all from './tokens.js';`, 'all.'],
  ['imported from a barrel', `import { ${names} } from './barrel.js';`, ''],
])('a token wins over the type of its name, %s', (_, main, path) => {
  it.each([
    ['Primary', 'primary'],
    ['Replica', 'replica'],
    ['Early', 'early'],
    ['Repo', 'repo'],
    ['Port', 'port'],
    ['Database', 'Database'],
  ])('%s', async (type, expected) => {
    expect(await tokenOf(main, path + type)).toBe(expected);
  });
});

it('follows an alias that has no token', async () => {
  expect(await tokenOf(tokens, 'Alone')).toBe('Database');
});

describe('a name without a value is no token, and its record can be read', () => {
  it.each([
    [
      'an interface with a namespace',
      'export interface Box {} export declare namespace Box { type Of = 1 }',
      'Box',
    ],
    ['a member of a namespace of types', 'export namespace Box { export type Of = 1 }', 'Box.Of'],
    [
      'a member of a namespace in another',
      'namespace A { export const a = 1; export namespace Box { export interface Of {} } }',
      'A.Box.Of',
    ],
    ['an ambient class', 'declare class Box { private of: 1 }', 'Box'],
    ['an ambient enum', 'declare enum Box { Of }', 'Box'],
    [
      'an ambient function with a namespace',
      'declare function Box(): void; declare namespace Box { type Of = 1 }',
      'Box.Of',
    ],
  ])('%s', async (_, main, type) => {
    expect(await tokenOf(main, type)).toBeUndefined();
  });
});

it.each([
  ['before its namespace', 'export class Box {} export namespace Box { export type Of = 1 }'],
  ['with an ambient namespace', 'export class Box {} export declare namespace Box { type Of = 1 }'],
  ['with a namespace that runs', 'export class Box {} export namespace Box { export const of = 1 }'],
])('a class is a token %s', async (_, main) => {
  expect(await tokenOf(main, 'Box')).toBe('Box');
});

it('an ambient class is a global', async () => {
  expect(await tokenOf('declare class URL { href: string }', 'URL')).toBe('URL');
});

describe('an inner type hides what is imported under its name', () => {
  const imports = `import { Database } from './tokens.js';\nexport const used = Database;`;
  it.each([
    ['a type parameter of a function', 'function outer<Database>() { FN }'],
    ['an interface', 'function outer() { interface Database { a: 1 } FN }'],
    ['an alias', 'function outer() { type Database = string; FN }'],
  ])('%s', async (_, outer) => {
    const fn = 'return container.add((a: Database, all: Database[]) => a);';
    const module = await evaluate({
      'main.ts': `${imports}
const container = { add: (fn: object) => fn };
export ${outer.replace('FN', fn)}`,
      'tokens.ts': tokens,
    });
    const inner = (module.outer as () => object)(); // exported above
    expect(declarationOf(inner)?.tokens()).toEqual([undefined, undefined]);
    expect(declarationOf(inner)?.parameters?.[0]).not.toHaveProperty('from');
  });

  it('a type parameter of a class, in its methods', async () => {
    const module = await evaluate({
      'main.ts': `${imports}
export const seen: object[] = [];
const mark = (_: object, __: string, { value }: PropertyDescriptor) => { seen.push(value); };
export class Box<Database> { @mark put(a: Database, all: Database[]) {} }`,
      'tokens.ts': tokens,
    });
    const [put] = module.seen as object[]; // exported above
    expect(declarationOf(put ?? {})?.tokens()).toEqual([undefined, undefined]);
  });
});
