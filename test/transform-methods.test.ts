import { SourceMap } from 'node:module';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { transform } from '../dist/transform/transform.js';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf, DerivedType, TypeImport } = runtime;

const source = `
import type { Post } from './post.js';
const originals: Record<string, object> = {};
const order: string[] = [];
function replace(id: string): any {
  return (first: any, _: unknown, descriptor?: PropertyDescriptor) => {
    const original = descriptor ? descriptor.value : first;
    order.push(id);
    originals[id] ??= original;
    const wrapper = function (this: unknown, ...args: unknown[]) { return original.apply(this, args); };
    return descriptor ? { ...descriptor, value: wrapper } : wrapper;
  };
}
class Mailer {}
class Service {
  prefix = 'p';
  @replace('run') run(mailer: Mailer, to: string) { return this.prefix + to; }
  @replace('outer') @replace('twice') async twice(posts: Post[]) {}
  @replace('bare') async bare(id: number) {}
  @replace('fixed')
  // a comment
  static *fixed(mailer?: Mailer) { yield 1; }
  @replace('quoted') 'send it'(mailer: Mailer) {}
  @replace('late') late(later: Later) {}
  plain(mailer: Mailer) {}
  get plainOne() { return this.plain; }
}
export function nested() {
  class Inner { @replace('inner') run(service: Service) {} }
  return Inner;
}
nested();
const named = class { @replace('named') run(mailer: Mailer) {} };
const own = [class Own { @replace('own') run(mailer: Mailer) {} }];
export const nameless = [class { @replace('nameless') run(mailer: Mailer) {} }];
export default class { @replace('default') run(mailer: Mailer) {} }
class Later {}
export const returned = new Service().run(new Mailer(), 'q');
export const properties = Object.getOwnPropertyNames(Service.prototype);
export { originals, order, Mailer, Later, Service };
`;

/** As `tsc` lowers standard decorators, which the compiler of the fixtures leaves in place. */
function lowered(text: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpile(text, compilerOptions);
}

const methods = [
  ['run', 'Service.run', 'sync', 2],
  ['twice', 'Service.twice', 'async', 1],
  ['bare', 'Service.bare', 'async', 1],
  ['fixed', 'Service.fixed', 'generator', 1],
  ['quoted', 'Service.send it', 'sync', 1],
  ['late', 'Service.late', 'sync', 1],
  ['inner', 'Inner.run', 'sync', 1],
  ['default', 'default.run', 'sync', 1],
] as const;
// Legacy decorators have no effect in a class expression: compilers drop them.
const inExpressions = [
  ['named', 'named.run', 'sync', 1],
  ['own', 'Own.run', 'sync', 1],
  ['nameless', 'run', 'sync', 1],
] as const;

function names({ originals }: Record<string, unknown>): [string, unknown][] {
  const functions = Object.entries(originals as Record<string, { name: unknown }>); // exported above
  return functions.map(([id, { name }]) => [id, name]);
}

describe.each([
  { lowering: 'legacy', lower: (text: string) => text, cases: methods },
  { lowering: 'standard', lower: lowered, cases: [...methods, ...inExpressions] },
])('decorated methods, with $lowering decorators', async ({ lower, cases }) => {
  const files = { 'main.ts': source, 'post.ts': 'export class Post {}' };
  const edit = (text: string, file: string) => lower(transform(text, file)?.code ?? text);
  const module = await evaluate(files, edit);
  const unedited = await evaluate(files, lower);
  const originals = module.originals as Record<string, object>; // exported above
  const recordOf = (id: string) => declarationOf(originals[id] ?? {});

  it.each(cases)('%s: the original, not what replaced it, is declared', (id, name, kind, count) => {
    expect(recordOf(id)).toMatchObject({ name, kind });
    expect(recordOf(id)?.parameters).toHaveLength(count);
    expect(recordOf(id)).not.toHaveProperty('thread');
  });

  it('tells the types of the parameters', async () => {
    expect(recordOf('run')?.tokens()).toEqual([module.Mailer, undefined]);
    expect(recordOf('run')?.parameters?.[1]).toMatchObject({ name: 'to', primitive: ['string'] });
    expect(recordOf('fixed')?.parameters).toMatchObject([{ optional: true }]);
    expect(recordOf('late')?.tokens()).toEqual([module.Later]);
    expect(recordOf('inner')?.tokens()).toEqual([module.Service]);
    const [posts] = recordOf('twice')?.tokens() ?? [];
    if (!(posts instanceof DerivedType && posts.type instanceof TypeImport)) throw new Error('not derived');
    await posts.type.load();
    expect(posts.type.value).toHaveProperty('name', 'Post');
  });

  it('says where the method stands', () => {
    expect(recordOf('run')?.line).toBe(17);
    expect(recordOf('fixed')?.line).toBe(22);
  });

  it('declares neither the replacement nor a method without decorator', () => {
    const { prototype } = module.Service as { prototype: Record<string, object> }; // exported above
    expect(declarationOf(prototype.run ?? {})).toBeUndefined();
    expect(declarationOf(prototype.plain ?? {})).toBeUndefined();
  });

  it('changes nothing that the program sees', () => {
    expect(module.returned).toBe('pq');
    expect(module.order).toEqual(unedited.order);
    expect(module.properties).toEqual(unedited.properties);
    expect(names(module)).toEqual(names(unedited));
  });
});

describe('members that are no methods with a name', () => {
  it.each([
    ['a private method', '@mark #run(date: Date) {}'],
    ['a getter', '@mark get run() { return 1 }'],
    ['a setter', '@mark set run(date: Date) {}'],
    ['a field', '@mark run = (date: Date) => {}'],
    ['an accessor', '@mark accessor run = (date: Date) => {}'],
    ['an overload', 'run(date: Date): void; run(date: unknown) {}'],
  ])('%s is left alone', (_, member) => {
    expect(transform(`class Service { ${member} }`, '/app.ts')).toBeUndefined();
  });
});

it('maps what stands behind the added decorator back to its place', () => {
  const text = 'class Service {\n  @mark run(date: Date) { fail(); }\n}\n';
  const { code, map } = transform(text, '/app.ts') ?? { code: '', map: '' };
  const line = code.split('\n').findIndex((each) => each.includes('fail()'));
  const column = code.split('\n')[line]?.indexOf('fail()') ?? -1;
  const entry = new SourceMap(JSON.parse(map.toString())).findEntry(line, column);
  expect(column).toBeGreaterThan(100);
  expect(entry).toMatchObject({ originalLine: 1, originalColumn: '  @mark run(date: Date) { '.length });
});
