import { SourceMap } from 'node:module';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { transform } from '../dist/transform/transform.js';
import { compiled, evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf } = runtime;

function nameOf(value: unknown): unknown {
  return typeof value === 'function' ? value.name : undefined;
}

describe('nothing to add', () => {
  it.each([
    ['no functions', 'export const answer: number = 42;'],
    ['types only', 'export interface A { b(): void }\nexport type F = (a: A) => void;'],
    ['a class that nobody injects', 'export class A { constructor(a: string) {} }'],
    ['an ambient function', 'export declare function f(a: Date): void;'],
    ['a syntax error', 'export function ( {'],
    ['callbacks of arrays', 'export const doubled = [1, 2].map((x: number) => x * 2);'],
    ['an inner function', 'export class A { m() { return function f(d: Date) {} } }'],
  ])('%s', (_, code) => {
    expect(transform(code, '/app.ts')).toBeUndefined();
  });
});

describe('a file that does not name offstage has records, too', () => {
  it.each([
    ['a name of other letters', 'export function ünï(a: Date) {}'],
    ['a name on a line of its own', 'export function\n  f(a: Date) {}'],
    ['code behind a comment', '/**\n * Text.\n */ export function f(a: Date) {}'],
    ['a class behind a comment', '/*\n */ export class A { constructor(a: Date) {} }'],
  ])('%s', (_, code) => {
    expect(transform(code, '/app.ts')?.code).toContain('() => [globalThis.Date]');
  });
});

describe('what is there stays where it is', () => {
  const source = `#!/usr/bin/env node
'use strict';
// a comment
import { Mailer } from './mailer.js'
import './effects.js'

export function send(mailer: Mailer): void {}
export const later = (mailer: Mailer): void => {}
export class Service { constructor(readonly mailer: Mailer) {} }
export default (mailer: Mailer): Mailer => mailer
const text = \`
line\` // the end`;

  it('keeps every line, and only adds to some', () => {
    const { code } = transform(source, '/app.ts') ?? { code: '' };
    const after = code.split('\n');
    for (const [index, line] of source.split('\n').entries()) {
      const part = line.startsWith('export default') ? 'export default' : line;
      expect(after[index]?.startsWith(part), `line ${index + 1}: ${after[index]}`).toBe(true);
    }
  });

  it('keeps a byte order mark and the line ends of Windows', () => {
    const { code } = transform(`\uFEFF'use strict';\r\nexport function f(d: Date) {}\r\n`, '/app.ts') ?? {
      code: '',
    };
    expect(code.startsWith(`\uFEFF'use strict';`)).toBe(true);
    expect(code).toContain('\r\nexport function f(d: Date) {}\r\n');
  });

  it('puts its imports behind those of the file', () => {
    const { code } = transform(source, '/app.ts') ?? { code: '' };
    expect(code.indexOf('import * as')).toBeGreaterThan(code.indexOf('./effects.js'));
  });

  it('takes names that the file does not use', () => {
    const used = 'const $offstage_declare = 1;\nexport function f(d: Date) { return $offstage_declare }';
    const { code } = transform(used, '/app.ts') ?? { code: '' };
    expect(code).toContain('as $offstage$_declare');
  });

  it('imports the run time from where it is told', () => {
    const { code } = transform(source, '/app.ts', { runtime: 'file:///run/time.js' }) ?? { code: '' };
    expect(code).toContain('from "file:///run/time.js"');
  });

  it('maps every position back', () => {
    const { code, map } = transform(source, '/app.ts') ?? { code: '', map: undefined };
    const lines = code.split('\n');
    const line = lines.findIndex((text) => text.includes('export default'));
    const column = lines[line]?.indexOf('(mailer: Mailer): Mailer') ?? -1;
    const entry = new SourceMap(JSON.parse(map?.toString() ?? '')).findEntry(line, column);
    expect(entry).toMatchObject({
      originalSource: '/app.ts',
      originalLine: 9,
      originalColumn: 'export default '.length,
    });
    expect(map?.sourcesContent).toEqual([source]);
  });
});

describe('behaviour stays what it was', () => {
  it('keeps names, statics and hoisting', async () => {
    const module = await evaluate({
      'main.ts': `export const early = hoisted(1);
function hoisted(n: number) { 'use strict'; return n + 1 }
export const arrow = (d: Date) => d
export const list = [1]
;[1].push(2)
export default class { static kind = 'default class'; constructor(readonly d: Date) {} }`,
    });
    expect(module.early).toBe(2);
    expect(nameOf(module.arrow)).toBe('arrow');
    const defaultClass = module.default as { name: string; kind: string }; // exported above
    expect(defaultClass.name).toBe('default');
    expect(defaultClass.kind).toBe('default class');
  });

  it('keeps the name and hoisting of an anonymous default function', async () => {
    const module = await evaluate({
      'main.ts': `export { early } from './other.js';
export default function(d: Date) { return 'result' }`,
      'other.ts': `import fn from './main.js';
export const early = fn(new Date());`,
    });
    expect(module.early).toBe('result');
    expect(nameOf(module.default)).toBe('default');
  });

  it('finds the places of a name whatever comments say', async () => {
    const module = await evaluate({
      'main.ts': `export { default as Decorated } from './other.js';
export default async function /* ( */ (d: Date) { return 'result' }`,
      'other.ts': `const mark = (target: any) => target;
export default @mark /* class */ abstract /* class */ class { static kind = 'class'; constructor(d: Date) {} }`,
    });
    expect(nameOf(module.default)).toBe('default');
    expect(nameOf(module.Decorated)).toBe('default');
    expect(module.Decorated).toHaveProperty('kind', 'class');
  });

  it('needs no semicolons, where one part ends with another', async () => {
    const module = await evaluate({
      'main.ts': `const inject = <T>(fn: T) => fn
export const make = () => class extends Error {}
export const outer = inject((d: Date) => class { constructor(d: Date) {} })
export const after = 1`,
    });
    expect(nameOf(module.make)).toBe('make');
    expect(declarationOf((module.make as () => object)())).toMatchObject({ kind: 'class' }); // exported above
    expect(declarationOf(module.outer as object)).toMatchObject({ kind: 'sync' }); // exported above
  });

  it('ends an import that has attributes and no semicolon', () => {
    const source = `import data from './data.json' with { type: 'json' }\nexport function f() { return data }`;
    const { code } = transform(source, '/app.ts') ?? { code: '' };
    expect(compiled(code, '/app.ts')).toContain('_declare(f, ');
  });

  it('leaves classes the names that they take from their places, while they are made and later', async () => {
    const module = await evaluate({
      'main.ts': `const key = 'computed';
export const holder = { [key]: class extends Error { static seen = this.name }, plain: class extends Error { static seen = this.name } };
export class Fields {
  static #hidden = class extends Error { static seen = this.name };
  static hidden = this.#hidden;
  static accessor late = class extends Error { static seen = this.name };
}
export default class { static name() { return 'own' } constructor(d: Date) {} }
export namespace space { export const fn = (d: Date) => d; inject(fn) }
function inject(fn: object) {}`,
    });
    const { computed, plain } = module.holder as Record<string, { name: string; seen: string }>; // exported above
    expect([computed?.name, computed?.seen, plain?.name, plain?.seen]).toEqual([
      'computed',
      'computed',
      'plain',
      'plain',
    ]);
    const { hidden } = module.Fields as Record<string, { name: string; seen: string }>; // exported above
    expect([hidden?.name, hidden?.seen]).toEqual(['#hidden', '#hidden']);
    expect((module.default as { name(): string }).name()).toBe('own'); // exported above
    // The compiler makes an assignment to a member of it.
    expect((module.space as { fn: { name: string } }).fn.name).toBe(''); // exported above
  });

  it('takes what is no function by now for what it is', async () => {
    const module = await evaluate({
      'main.ts': `export let gone: unknown = () => 1, last = (gone = null);
@((() => 5) as any) export class Replaced { constructor(d: Date) {} }`,
    });
    expect(module).toMatchObject({ gone: null, last: null, Replaced: 5 });
  });

  it('names no class that a decorator put in place of another', async () => {
    const module = await evaluate({
      'main.ts': `const other = (_: unknown): any => class {};
@other export class Service { constructor(d: Date) {} }`,
    });
    expect(nameOf(module.Service)).toBe('');
    expect(declarationOf(module.Service as object)).toMatchObject({ name: 'Service' }); // exported above
  });

  it('ends a decorated class before what ends with it', () => {
    const source = `export const make = () => @mark class extends Error {}\nexport const after = 1`;
    const { code } = transform(source, '/app.ts') ?? { code: '' };
    expect(ts.transpile(code, { target: ts.ScriptTarget.ES2022 })).toContain('(make, {');
    expect(compiled(code, '/app.ts')).toContain('const after = 1');
  });

  it('runs functions that a cycle calls before the run time is loaded', async () => {
    const url = `${new URL('../dist/reflection/declare.js', import.meta.url).href}?cycle`;
    const module = await evaluate(
      {
        'main.ts': `export { made } from './other.js';
function inject<T>(fn: T) { return fn; }
export function make() { return inject((d: Date) => 'made')(new Date()); }`,
        'other.ts': `import { make } from './main.js';\nexport const made = make();`,
      },
      (source, file) => transform(source, file, { runtime: url })?.code ?? source,
    );
    expect(module.made).toBe('made');
  });

  it('runs in JavaScript files, too', () => {
    const { code } = transform('export function f(a, b = 1) { return a + b }', '/app.js') ?? { code: '' };
    expect(code).toContain('"name":"b","type":"","optional":true');
  });
});
