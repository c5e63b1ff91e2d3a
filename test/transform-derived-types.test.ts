import { describe, expect, it } from 'vitest';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf, derived, DerivedType, TypeImport } = runtime;

const services = `
export class Mailer {}
export namespace nested { export class Deep {} }
export interface Plain { a: string }
`;

/** Declares a function, and names the value of its last parameter's type: `lazy Mailer`. */
async function describeType(imports: string, parameters: string): Promise<string> {
  const module = await evaluate({
    'main.ts': `${imports}
class Local {}
type Alias = Local;
type List<T> = T[];
type Wrapped = Lazy<Local>;
interface Repo { a: string }
const Repo = { token: class RepoToken {} }.token;
export const held = { f };
async function f<T>(${parameters}) {}`,
    'services.ts': services,
    'lazy.ts': 'export interface Lazy<T> { value: T }',
  });
  const { f } = module.held as { f: object }; // exported above
  // Nobody but an injectable parameter has this function declared: it is async, inner and unasked for.
  const value = (declarationOf(f)?.tokens() ?? ['not declared']).at(-1);
  if (value instanceof DerivedType && value.type instanceof TypeImport) await value.type.load();
  const type = value instanceof DerivedType ? value.type : value;
  const loaded = type instanceof TypeImport ? type.value : type;
  const name = typeof loaded === 'function' ? loaded.name : String(loaded);
  return value instanceof DerivedType ? `${value.kind} ${name}` : name;
}

const values = `import { Mailer, nested } from './services.js';`;
const types = `import type { Mailer, Plain } from './services.js';`;

describe('Lazy and Factory are known however they are imported', () => {
  it.each([
    [`import { Lazy } from 'offstage';`, 'a: Lazy<Mailer>', 'lazy Mailer'],
    [`import type { Lazy } from 'offstage';`, 'a: Lazy<Mailer>', 'lazy Mailer'],
    [`import { type Lazy } from 'offstage';`, 'a: Lazy<Mailer>', 'lazy Mailer'],
    [`import { type Lazy as Late } from 'offstage';`, 'a: Late<Mailer>', 'lazy Mailer'],
    [`import * as offstage from 'offstage';`, 'a: offstage.Lazy<Mailer>', 'lazy Mailer'],
    [`import type * as offstage from 'offstage';`, 'a: offstage.Factory<Mailer>', 'factory Mailer'],
    [`import type { Factory } from 'offstage';`, 'a: Factory<Mailer>', 'factory Mailer'],
    [
      `import { Factory as Make } from 'offstage';`,
      'a: Make<Mailer, [string, n?: number]>',
      'factory Mailer',
    ],
    [`import { type Lazy } from './lazy.js';`, 'a: Lazy<Mailer>', 'undefined'],
    [`import { type Lazy } from 'offstage';`, 'a: Lazy', 'undefined'],
  ])('%s %s', async (imports, parameter, expected) => {
    expect(await describeType(`${imports}\n${values}`, parameter)).toBe(expected);
  });
});

describe('what they are made of may be any type that has a value', () => {
  const lazy = `import type { Lazy, Factory } from 'offstage';`;
  it.each([
    ['an import', values, 'a: Mailer[]', 'all Mailer'],
    ['an `import type`', types, 'a: Lazy<Mailer>', 'lazy Mailer'],
    ['an interface that is imported', types, 'a: Plain[]', 'all undefined'],
    ['a class of the file', values, 'a: ReadonlyArray<Local>', 'all Local'],
    ['an alias', values, 'a: Factory<Alias, [string]>', 'factory Local'],
    ['a token with an interface', values, 'a: readonly Repo[]', 'all RepoToken'],
    ['a qualified name', values, 'a: Array<nested.Deep>', 'all Deep'],
    ['an alias of the whole', values, 'a: Wrapped', 'lazy Local'],
    ['an alias with a type parameter', values, 'a: List<Local>', 'all Local'],
    ['what may be left out', values, 'a?: Local[]', 'all Local'],
    ['what has a default', values, 'a: Local[] = []', 'all Local'],
    ['what may be null', values, 'a: Lazy<Local> | null', 'lazy Local'],
  ])('%s', async (_, imports, parameter, expected) => {
    expect(await describeType(`${lazy}\n${imports}`, parameter)).toBe(expected);
  });

  it.each([
    'a: string[]',
    'a: { b: Local }[]',
    'a: (Local | Mailer)[]',
    'a: (Local | undefined)[]',
    'a: T[]',
    'a: Lazy<T>',
    'a: Lazy<string>',
    'a: Lazy<Local>[]',
    'a: Lazy<Local[]>',
    'a: Lazy<Factory<Local>>',
    'a: Local[][]',
    'a: Array<Local[]>',
    'a: [Local]',
    'a: Lazy<Local> | Local',
    '...a: Local[]',
  ])('nothing for %s', async (parameter) => {
    expect(await describeType(`${lazy}\n${values}`, `declares: Local, ${parameter}`)).toBe('undefined');
  });
});

it('is nothing where the type has no run time', () => {
  expect(derived('all', undefined)).toBeUndefined();
  expect(derived('all', class {})).toBeInstanceOf(DerivedType);
});
