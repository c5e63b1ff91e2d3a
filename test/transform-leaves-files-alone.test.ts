import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import { transform } from '../dist/transform/transform.js';
import { evaluate } from './fixtures/transform/evaluate.js';

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

  it('runs in JavaScript files, too', () => {
    const { code } = transform('export function f(a, b = 1) { return a + b }', '/app.js') ?? { code: '' };
    expect(code).toContain('"name":"b","type":"","optional":true');
  });
});
