import { describe, expect, it } from 'vitest';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf, DerivedType, TypeImport } = runtime;

const preamble = `
import { Mailer, Mailer as Post, type Inline } from './services.js';
import Main, * as all from './services.js';
import type { Lazy } from './lazy.js';
import type LazyMain from './lazy.js';
import type * as lazies from './lazy.js';
import type { JsonObject } from 'types-only';
import { Shape } from 'types-only';
import { Lazy as Later$, type Factory } from 'offstage';
import type * as offstage from 'offstage';
export class Local {}
export class Generic<T> { value?: T }
const token = (name: string) => ({ name });
export interface Repo { find(): void }
export const Repo = token('Repo');
type Primary = Mailer;
const Primary = token('Primary');
interface Plain { a: string }
type Alias = Mailer;
type MaybeMailer = Mailer | undefined;
type Box<T> = T;
type Maybe<T> = T | undefined;
type List<T> = readonly T[];
type Mailed<T, U = Mailer> = U;
type Level = 'low' | 'high';
type Id = string & { readonly brand: unique symbol };
enum Color { Red = 'red' }
enum Size { Small, Large }
enum Joined { A = 'a', B = 'a' + 'b' }
enum Named { A = Color.Red, B = A }
enum Flags { A = 1 << 0, B = ~A, C = 1 + 2 }
const Mode = { fast: 'fast' } as const;
type Mode = (typeof Mode)[keyof typeof Mode];
type Metres = number;
function Metres(value: number): Metres { return value; }
`;
const services = `
export class Mailer {}
export class Inline {}
export namespace nested { export class Deep {} }
export default class Main {}
`;
const packageOfTypes = JSON.stringify({ name: 'types-only', types: './index.d.ts' });
const lazy = `
export class Lazy {}
export default class LazyMain {}
`;

interface Case {
  readonly parameter: string;
  /** The name of the class or token; `lazy:` before that of an `import type`. */
  readonly token?: string;
  readonly record?: object;
}

const cases: readonly Case[] = [
  {
    parameter: 'a: Mailer',
    token: 'Mailer',
    record: { from: { specifier: './services.js', name: 'Mailer' } },
  },
  { parameter: 'a: Post', token: 'Mailer', record: { type: 'Post' } },
  { parameter: 'a: Main', token: 'Main', record: { from: { specifier: './services.js', name: 'default' } } },
  { parameter: 'a: all.Mailer', token: 'Mailer' },
  { parameter: 'a: all.nested.Deep', token: 'Deep' },
  { parameter: 'a: Local', token: 'Local' },
  { parameter: 'a: Later', token: 'Later' },
  { parameter: 'a: Generic<Local>', token: 'Generic', record: { type: 'Generic<Local>' } },
  { parameter: 'a: Repo', token: 'Repo' },
  { parameter: 'a: Alias', token: 'Mailer' },
  { parameter: 'a: MaybeMailer', token: 'Mailer', record: { optional: true } },
  { parameter: 'a: Mailer | undefined', token: 'Mailer', record: { optional: true } },
  { parameter: 'a: Mailer | null', token: 'Mailer', record: { nullable: true } },
  { parameter: 'a?: Mailer', token: 'Mailer', record: { optional: true } },
  { parameter: 'a: Mailer = new Mailer()', token: 'Mailer', record: { optional: true } },
  { parameter: 'a: Lazy', token: 'lazy:Lazy', record: { from: { specifier: './lazy.js', name: 'Lazy' } } },
  { parameter: 'a: LazyMain', token: 'lazy:LazyMain' },
  { parameter: 'a: lazies.Lazy', token: 'lazy:Lazy' },
  { parameter: 'a: Inline', token: 'lazy:Inline' },
  { parameter: "a: import('./lazy.js').Lazy", token: 'lazy:Lazy' },
  { parameter: 'a: JsonObject', record: { from: { specifier: 'types-only', name: 'JsonObject' } } },
  { parameter: 'a: Shape', record: { from: { specifier: 'types-only', name: 'Shape' } } },
  { parameter: 'a: Date', token: 'Date' },
  { parameter: 'a: AbortSignal', token: 'AbortSignal' },
  { parameter: 'a: Intl.NumberFormat', token: 'NumberFormat' },
  { parameter: 'a: Plain' },
  { parameter: 'a: T' },
  { parameter: 'a: Box<Mailer>', token: 'Mailer' },
  { parameter: 'a: Box' },
  { parameter: 'a: Box<T>' },
  { parameter: 'a: Box<string>', record: { primitive: ['string'] } },
  { parameter: 'a: Maybe<Mailer>', token: 'Mailer', record: { optional: true } },
  { parameter: 'a: Box<Maybe<Box<Inline>>>', token: 'lazy:Inline', record: { optional: true } },
  { parameter: 'a: List<Mailer>', token: 'all of Mailer' },
  { parameter: 'a: Maybe<T>', record: { optional: true } },
  { parameter: 'a: Mailed<Local>' },
  { parameter: 'a: Mailed<Local, Repo>', token: 'Repo' },
  { parameter: 'a: Mailer[]', token: 'all of Mailer' },
  { parameter: 'a: readonly Local[]', token: 'all of Local' },
  { parameter: 'a: Array<Mailer>', token: 'all of Mailer' },
  { parameter: 'a: ReadonlyArray<Repo>', token: 'all of Repo' },
  { parameter: 'a?: Mailer[]', token: 'all of Mailer', record: { optional: true } },
  { parameter: 'a: Inline[]', token: 'all of lazy:Inline' },
  { parameter: 'a: Primary', token: 'Primary' },
  { parameter: 'a: Later$<Mailer>', token: 'lazy of Mailer' },
  {
    parameter: 'a: offstage.Lazy<Inline> | undefined',
    token: 'lazy of lazy:Inline',
    record: { optional: true },
  },
  { parameter: 'a: Factory<Mailer, [to: string]>', token: 'factory of Mailer' },
  { parameter: 'a: Factory<Plain>' },
  { parameter: 'a: Date[]' },
  { parameter: 'a: string[]' },
  { parameter: 'a: Mailer[][]' },
  { parameter: 'a: T[]' },
  { parameter: 'a: (Mailer | undefined)[]' },
  { parameter: '...a: Mailer[]', record: { name: 'a', rest: true, type: 'Mailer[]' } },
  { parameter: 'a: [Mailer]' },
  { parameter: 'a: Mailer | Local' },
  { parameter: 'a: () => Mailer' },
  { parameter: 'a: { b: Mailer }', record: { type: '{ b: Mailer }' } },
  { parameter: 'a: Mode' },
  { parameter: 'a', record: { type: '' } },
  { parameter: 'a: string', record: { primitive: ['string'] } },
  { parameter: 'a: number', record: { primitive: ['number'] } },
  { parameter: 'a: boolean', record: { primitive: ['boolean'] } },
  { parameter: 'a: bigint', record: { primitive: ['bigint'] } },
  { parameter: 'a: symbol', record: { primitive: ['symbol'] } },
  { parameter: 'a: -1 | 2n | true', record: { primitive: ['number', 'bigint', 'boolean'] } },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
  { parameter: 'a: `/${string}`', record: { primitive: ['string'] } },
  { parameter: 'a: Level', record: { primitive: ['string'] } },
  { parameter: 'a: Id', record: { primitive: ['string'] } },
  { parameter: 'a: Color', record: { primitive: ['string'] } },
  { parameter: 'a: Metres', record: { primitive: ['number'] } },
  { parameter: 'a: Size', record: { primitive: ['number'] } },
  { parameter: 'a: Joined', record: { primitive: ['string'] } },
  { parameter: 'a: Named', record: { primitive: ['string', 'number'] } },
  { parameter: 'a: Flags', record: { primitive: ['number'] } },
  { parameter: 'a: string | null', record: { primitive: ['string', 'object'], nullable: true } },
  { parameter: '{ b, c }: Mailer', token: 'Mailer', record: { name: '{ b, c }' } },
  { parameter: '...a: string[]', record: { name: 'a', rest: true, type: 'string[]' } },
];

function nameOf(token: unknown): string | undefined {
  if (token instanceof DerivedType) return `${token.kind} of ${nameOf(token.type)}`;
  if (token instanceof TypeImport) return `lazy:${token.value ? (token.value as { name: string }).name : ''}`; // a class
  return (token as { name?: string } | undefined)?.name;
}

describe('each parameter type has its value at run time', async () => {
  const functions = cases.map(({ parameter }, index) => `export function f${index}<T>(${parameter}) {}`);
  const module = await evaluate({
    'main.ts': `${preamble}\n${functions.join('\n')}\nexport class Later {}`,
    'services.ts': services,
    'lazy.ts': lazy,
    'node_modules/types-only/package.json': packageOfTypes,
  });
  it.each(cases.map((one, index) => ({ ...one, index })))('$parameter', async ({ index, token, record }) => {
    const declaration = declarationOf(module[`f${index}`] as object); // exported above
    const value = declaration?.tokens()[0];
    const named = value instanceof DerivedType ? value.type : value;
    if (named instanceof TypeImport) await named.load();
    expect(nameOf(value)).toBe(token);
    expect(declaration?.parameters).toHaveLength(1);
    const [parameter] = declaration?.parameters ?? [];
    expect(parameter).toMatchObject(record ?? {});
    if (!record || !('primitive' in record)) expect(parameter).not.toHaveProperty('primitive');
    if (!record || !('optional' in record)) expect(parameter).not.toHaveProperty('optional');
  });
});

describe('each form of function and class is declared', async () => {
  const module = await evaluate({
    'main.ts': `
import { Mailer } from './services.js';
const inject = <T>(...args: T[]) => args.at(-1);
const container = { registerProvider: (_: unknown, provider: object) => provider, add: <T>(fn: T) => fn };
function mark(_: unknown) {}
export const early = before;
export function before(mailer: Mailer) {}
export const arrow = (mailer: Mailer) => mailer, second = async (mailer: Mailer) => mailer
export const expression = function (mailer: Mailer) {}
export async function* stream(mailer: Mailer) { yield mailer }
export function withThis(this: Mailer, mailer: Mailer) {}
export default function (mailer: Mailer) {}
export class Service { constructor(private readonly mailer: Mailer, public size: number) {} }
@mark export class Base { }
@mark export class Child extends Base {}
export const Anonymous = class { constructor(mailer: Mailer) {} };
export const inline = inject((mailer: Mailer) => mailer);
export const named = inject([], async function handler(mailer: Mailer) {});
export const plain = inject(async () => 1);
export const provider = container.registerProvider(Mailer, { useFactory: (mailer: Mailer) => mailer });
export const method = container.registerProvider(Mailer, { async useFactory(mailer: Mailer) { return mailer } });
export function nest() {
  container.add(inner);
  class Local { constructor(mailer: Mailer) {} }
  const later = (local: Local) => local;
  function inner(local: Local) {}
  container.add(later);
  return { inner, later, Local };
}
export const untouched = { handler: (mailer: Mailer) => mailer };`,
    'services.ts': services,
  });
  const { inner, later, Local } = (module.nest as () => Record<string, object>)(); // exported above
  const provider = (name: string) => (module[name] as { useFactory: object }).useFactory; // exported above

  it.each([
    { what: module.before, name: 'before', kind: 'sync' },
    { what: module.arrow, name: 'arrow', kind: 'sync' },
    { what: module.second, name: 'second', kind: 'async' },
    { what: module.expression, name: 'expression', kind: 'sync' },
    { what: module.stream, name: 'stream', kind: 'generator' },
    { what: module.withThis, name: 'withThis', kind: 'sync' },
    { what: module.default, name: 'default', kind: 'sync' },
    { what: module.Service, name: 'Service', kind: 'class', count: 2 },
    { what: module.Anonymous, name: 'Anonymous', kind: 'class' },
    { what: module.inline, name: '', kind: 'sync' },
    { what: module.named, name: 'handler', kind: 'async' },
    { what: provider('provider'), name: 'useFactory', kind: 'sync' },
    { what: provider('method'), name: 'useFactory', kind: 'async' },
    { what: inner, name: 'inner', kind: 'sync', token: Local },
    { what: later, name: 'later', kind: 'sync', token: Local },
    { what: Local, name: 'Local', kind: 'class' },
  ])('$kind $name', ({ what, name, kind, count = 1, token = 'Mailer' }) => {
    const target = what as { name: string }; // each is a function or class
    const declaration = declarationOf(target);
    expect(target.name).toBe(name);
    expect(declaration).toMatchObject({ name, kind });
    expect(declaration?.parameters).toHaveLength(count);
    const value = declaration?.tokens()[0];
    expect(typeof token === 'string' ? nameOf(value) : value).toBe(token);
  });

  it('knows a function that needs nothing', () => {
    expect(declarationOf(module.plain as object)?.parameters).toEqual([]); // exported above
  });

  it('tells an inherited constructor from an empty one', () => {
    expect(declarationOf(module.Base as object)?.parameters).toEqual([]); // exported above
    expect(declarationOf(module.Child as object)).toMatchObject({ name: 'Child' }); // exported above
    expect(declarationOf(module.Child as object)?.parameters).toBeUndefined(); // exported above
  });

  it('leaves functions alone that nobody can ask for', () => {
    expect(declarationOf((module.untouched as { handler: object }).handler)).toBeUndefined(); // exported above
  });

  it('says where a function stands', () => {
    const declaration = declarationOf(module.before as object); // exported above
    expect(declaration?.line).toBe(7);
    expect(declaration?.module).toMatch(/^file:.*\/main\.js$/);
  });
});

describe('the order of evaluation', () => {
  it('declares hoisted functions before the module runs, with lazy types', async () => {
    const module = await evaluate({
      'main.ts': `import type { Lazy } from './lazy.js';
import { declarationOf } from 'offstage/runtime';
export const seen = declarationOf(task)?.tokens().length;
export function task(lazy: Lazy) {}`,
      'lazy.ts': lazy,
    });
    expect(module.seen).toBe(1);
  });

  it('keeps a cycle of modules alive, where one extends a class of the other', async () => {
    const module = await evaluate({
      'base.ts': `import { Child } from './child.js';
export class Base {}
export const make = () => new Child();
export function use(child: Child) {}`,
      'child.ts': `import { Base } from './base.js';
export const made: string[] = [];
export const lateChild = () => class Child extends Base {};
export class Child { constructor(base?: Base) {} }`,
    });
    const [token] = declarationOf(module.use as object)?.tokens() ?? []; // exported above
    expect(nameOf(token)).toBe('Child');
    expect(declarationOf(token as object)?.tokens()).toEqual([module.Base]); // a class
  });

  it('loads no module for an `import type`', async () => {
    const module = await evaluate({
      'child.ts': `import type { Other } from './other.js';
import { log } from './log.js';
export { log };
export class Base {}
export function use(other: Other) {}`,
      'other.ts': `import { Base } from './child.js';
import { log } from './log.js';
log.push('other');
export class Other extends Base {}`,
      'log.ts': 'export const log: string[] = [];',
    });
    expect(module.log).toEqual([]);
    const [token] = declarationOf(module.use as object)?.tokens() ?? []; // exported above
    expect(token).toBeInstanceOf(TypeImport);
  });
});
