import { describe, expect, it } from 'vitest';
import { capturesOf, locationOf, task } from './fixtures/transform/thread-location.js';

describe('what goes to a thread', () => {
  const free: readonly [string, string][] = [
    ['nothing from outside', task('return key.length;')],
    ['a global', task('return JSON.stringify(process.env);')],
    ['a constant', `const limit = 3; ${task('return limit;')}`],
    [
      'a computed constant',
      `import { join } from 'node:path'; const p = join('a', 'b'); ${task('open(p);')}`,
    ],
    ['an environment variable', `const level = process.env.LEVEL ?? 'low'; ${task('open(level);')}`],
    [
      'a path of the module',
      `const p = new URL('.', import.meta.url).pathname.toString(); ${task('open(p)')}`,
    ],
    [
      'an empty constant that its type keeps empty',
      `export const none: readonly string[] = []; export const nothing = Object.freeze({}); ${task('return JSON.stringify([none, nothing]);')}`,
    ],
    ['an exported table', `export const table = { a: 1 }; ${task('return table[key];')}`],
    [
      'an object of which a copy is changed',
      `const base = { v: 1 }; const own = { ...base }; own.v = 2; new Set([base]).add(own); ${task('return base.v;')}`,
    ],
    [
      'a view that is only read',
      `const bytes = new Uint8Array(8); ${task('return String(bytes.subarray(4).join(key));')}`,
    ],
    ['a borrowed method that reads', `const list = ['a']; ${task('return list.includes.call(list, key);')}`],
    [
      'what is given to a method of the file that only reads',
      `const table = { a: 1 }; class Store { look(at: Table, key: string) { return at[key]; } } const store = new Store(); function use(store: Store) { return store.look(table, key); } ${task('return store.look(table, key) + use(store);')}`,
    ],
    [
      'what a package is given by the name of a method that reads',
      `import _ from 'lodash'; const table = { a: 1 }; ${task('return _.map(table, String);')}`,
    ],
    ['a table that is only read', `const table = { a: 1 }; ${task('return table[key];')}`],
    ['a list with reading methods', `const list = ['a']; ${task('return list.map(String).includes(key);')}`],
    ['a Map that is only read', `const map = new Map([['a', 1]]); ${task('return map.get(key);')}`],
    [
      'a list whose copies are changed',
      `const list = [{ n: 1 }]; ${task('const own = list.slice(1); own.push({ n: 2 }); own[0] = { n: 3 }; return own.sort().concat(list.filter((one) => one.n > key)).map(({ n }) => n);')}`,
    ],
    [
      'a table of functions in a Map',
      `const handlers = new Map([['a', (n: number) => n]]); ${task('return handlers.get(key)!(1);')}`,
    ],
    [
      'a table whose values are listed',
      `const table = { a: { n: 1 } }; ${task('let sum = 0; for (const { n } of Object.values(table)) sum += n; return [...Object.entries(table)].reverse().find(([name]) => name === key)?.[1].n;')}`,
    ],
    [
      'a frozen object of plain values',
      `const levels = Object.freeze(['a', 'b']); ${task('unseen(levels);')}`,
    ],
    ['a pattern', `const pattern = /a/g; ${task('pattern.lastIndex = 0; return pattern.test(key);')}`],
    [
      'a global pattern that string methods take, or a loop steps through',
      `const pattern = /a/g; const other = new RegExp('b', 'g'); const once = /c/; ${task('let found; while ((found = pattern.exec(key)) !== null) use(found); return key.replace(pattern, "").split(other).concat(...key.matchAll(pattern), key.match(other)) && once.test(key);')}`,
    ],
    ['a frozen object', `const table = Object.freeze({ a: 1 }); ${task('unseen(table);')}`],
    ['an `as const`', `const table = { a: 1 } as const; ${task('unseen(table);')}`],
    ['a `Readonly` object', `const table: Readonly<Table> = make(); ${task('unseen(table);')}`],
    ['a readonly array', `const list: readonly string[] = make(); ${task('unseen(list);')}`],
    ['a number by annotation', `const port: number = findPort(); ${task('unseen(port);')}`],
    [
      'a function that a function gives, over what never changes',
      `function adder(n: number) { const table = { n }; return (m: number) => { let sum = table.n; sum += m; return sum; }; } const add = adder(1); ${task('return add(2);')}`,
    ],
    ['a helper', `function helper(k: string) { return k; } ${task('return helper(key);')}`],
    ['a class', `class Parser { parse() { return 1; } } ${task('return new Parser().parse();')}`],
    ['an enum', `enum Color { Red } ${task('unseen(Color);')}`],
    ['an import', `import { cache } from './cache.js'; ${task('cache.set(key, 1);')}`],
    ['a text encoder', `const encoder = new TextEncoder(); ${task('return encoder.encode(key);')}`],
    [
      'known global functions',
      `const list = ['a']; ${task('console.log(list, JSON.stringify(list), [...list]);')}`,
    ],
    [
      'a function of the module that reads',
      `const list = ['a']; const count = (l: string[]) => l.length; ${task('return count(list);')}`,
    ],
    [
      'an object whose method reads',
      `class Table { rows = [1]; at(i: number) { return this.rows[i]; } } const table = new Table(); ${task('return table.at(0);')}`,
    ],
    [
      'a table of functions',
      `const handlers = { a: (n: number) => n + 1 }; ${task('return handlers[key](1);')}`,
    ],
    ['a constant that calls for the time later', `const now = () => Date.now(); ${task('return now();')}`],
    ['a moment that is said', `const epoch = new Date(0).toISOString(); ${task('return epoch;')}`],
    ['a class whose instances have numbers', `class A { id = Math.random(); } ${task('return new A();')}`],
    [
      'what a schema checks',
      `import { z } from 'zod'; const Row = z.object({ at: z.coerce.date().default(() => new Date()) }).strict(); ${task('return Row.safeParse(key);')}`,
    ],
    [
      'what a schema of another one checks',
      `import * as v from 'valibot'; const Base = v.object({}); const Row = v.pipe(Base, v.check(() => Math.random() > 0)); ${task('return v.parse(Row, key);')}`,
    ],
    [
      'a schema that extends another one',
      `import * as z from 'zod/v4'; const Base = z.object({}); export const Row = Base.extend({ a: z.string() }); ${task('return Row.parse(key) + Base.parse(key);')}`,
    ],
    [
      'a schema of ids',
      `import { z } from 'zod'; const User = z.object({ id: z.uuid(), key: z.nanoid() }); ${task('return User.shape;')}`,
    ],
    [
      'a table of a database',
      `import { pgTable, uuid } from 'drizzle-orm/pg-core'; const users = pgTable('users', { id: uuid() }); ${task('return users.id;')}`,
    ],
    ['a clock that is bound', `const clock = process.hrtime.bind(process); ${task('return clock();')}`],
    [
      'a constant that is made with a stopwatch',
      `const ready: string = make(); function make() { const at = performance.now(); const ms = performance.now() - at; console.log(\`\${ms} ms, \${Date.now()}\`); return 'yes'; } ${task('return ready;')}`,
    ],
    [
      'a tree that a recursive function reads',
      `const tree = { n: 1, children: [] }; function sum(node: Tree): number { let all = node.n; for (const child of node.children) all += sum(child); return all; } ${task('return sum(tree);')}`,
    ],
    [
      'parts that functions of the file read',
      `const rows = [{ n: 1, tags: ["a"] }]; const label = (row: Row) => row.tags.join() + row.n; function total(list: Row[]) { return list.map(label).length; } ${task('return rows.map(label).join() + label(rows[0]) + total([...rows]);')}`,
    ],
    [
      'readonly tables whose functions and instances are called',
      `class Check { constructor(readonly least: number) {} fits(n: number) { return n > this.least; } } const checks: readonly Check[] = [new Check(1)]; const steps = [{ run: (n: number) => n + 1 }] as const; ${task('return checks.every((check) => check.fits(key)) && steps.map((step) => step.run(1)).concat(steps[0].run(2));')}`,
    ],
    [
      'what is asked by methods of other objects',
      `const table = { a: 1 }; const rows = [{ n: 1 }]; const has = Object.prototype.hasOwnProperty; const api = { get(i: number) { return rows[i]; } }; const own = new Map([[1, { n: 1 }]]); own.get(1)!.n = 2; ${task('return has.call(table, key) && Object.prototype.toString.call(table) + Array.prototype.slice.call(rows).length + api.get(0).n + Math.max(...rows.map(({ n }) => n));')}`,
    ],
    [
      'a part that a copy is made of',
      `const base = { a: { n: 1 } }; ${task('return Object.assign({}, base.a, { n: 2 }).n;')}`,
    ],
    [
      'bytes that a view of their buffer reads',
      `const bytes = new Uint8Array(8); const view = new DataView(bytes.buffer); ${task('return view.getUint16(0) + new Uint8Array([1])[0];')}`,
    ],
    [
      'a list of numbers that is made to bytes',
      `const list = [1]; const bytes = new Uint8Array(list); bytes[0] = 2; ${task('return list[0];')}`,
    ],
    [
      'an object whose base class reads',
      `class Base { rows = [1]; first() { return this.at(0); } protected at(i: number) { return this.rows[i]; } } class Table extends Base { override first() { return super.first(); } } const table = new Table(); ${task('return table.first() + table.at(1);')}`,
    ],
    [
      'an object with private methods that read',
      `class Table { #rows = [1]; first() { return this.#one(0); } #one(i: number) { return this.#rows[i]; } } const table = new Table(); ${task('return table.first();')}`,
    ],
    [
      'a class that a function of the file is given',
      `class Row { static parse(text: string) { return new Row(); } } function read(Type: typeof Row, text: string) { return Type.parse(text); } ${task('return read(Row, key);')}`,
    ],
    [
      'a default that is random, but given',
      `class C { constructor(readonly id = Math.random()) {} } const c = new C(1); const id = make(1); function make(n = Math.random()) { return n; } ${task('return c.id + id;')}`,
    ],
    [
      'a function that asks for the time when it is injected',
      `import { inject } from "offstage"; const now = inject(() => Date.now()); ${task('return now();')}`,
    ],
    [
      'functions made of others that ask for the time when they are called',
      `import { wrap } from './wrap.js'; const now = wrap(() => Date.now()); const draw = wrap(Math.random); ${task('return now() + draw();')}`,
    ],
    [
      'a file that was read',
      `import { readFileSync } from "node:fs"; const text = readFileSync("a.txt", "utf8"); ${task('return text.length;')}`,
    ],
    ['its own locals', task('const own = []; own.push(key); return own;')],
  ];
  it.each(free)('%s', (_, source) => {
    expect(locationOf(source)).toMatchObject({ export: '$offstage_task' });
  });

  it('an inner function without captures, under a name of its own', () => {
    const source = `export async function run(bg: Bg) { await bg.add(function task(n: number) { return n; }, 1); }`;
    expect(locationOf(source)).toEqual({ export: expect.stringMatching(/^\$offstage\$\d+$/), whole: true });
  });

  it('an arrow function of the top level', () => {
    expect(locationOf('export const task = (n: number) => n;')).toMatchObject({ export: '$offstage_task' });
  });

  it('an async function of the top level, by the name that the main thread knows when a thread gives it back', () => {
    expect(locationOf('export async function task(d: Date) {}')).toEqual({ back: '$offstage_task' });
  });

  it.each([
    ['an async function within another', 'function f(bg: Bg) { bg.add(async function task(d: Date) {}); }'],
    ['a generator', 'export function* task(d: Date) {}'],
    ['a factory', 'register({ useFactory: function task(d: Date) {} });'],
  ])('has no place for %s', (_, source) => {
    expect(locationOf(source)).toBeUndefined();
  });
});

describe('what belongs to a function around', () => {
  it.each([
    ['a local', ['local'], 'const local = 1; function task() { return local; } bg.add(task);'],
    ['a parameter', ['bg'], 'bg.add(function task() { return bg; });'],
    ['`this`', ['this'], 'const task = () => this; bg.add(task);'],
    ['`arguments`', ['arguments'], 'const task = () => arguments.length; bg.add(task);'],
    ['`new.target`', ['new.target'], 'const task = () => new.target; bg.add(task);'],
    ['a sibling function', ['other'], 'function other() {} function task() { other(); } bg.add(task);'],
  ])('%s', (_, captures, body) => {
    expect(capturesOf(`export function start(bg: Bg) { ${body} }`)).toEqual(captures);
  });

  it('does not take its own for another', () => {
    const body =
      'bg.add(function task(n: number): number { const self = this; return n ? task(n - 1) : arguments.length; });';
    expect(capturesOf(`export function start(bg: Bg) { ${body} }`)).toBeUndefined();
  });
});

describe('whether a module is loaded whole', () => {
  const whole: readonly [string, string][] = [
    [
      'constants, functions, classes, enums and types',
      'const a = { b: [1, `x`] }; class B { static c = 1 } enum D { E } type F = 1;',
    ],
    [
      'built-in collections',
      "const a = new Map([['x', 1]]); const b = new Set(Object.keys({})); const c = new Intl.NumberFormat('en');",
    ],
    ['decorated classes', '@mark() class A { constructor(d: Date) {} }'],
    [
      "the package's own functions",
      "import { inject, token } from 'offstage'; const A = token('A'); const b = inject(() => 1);",
    ],
    ['paths', "import { join } from 'node:path'; const dir = join(import.meta.url, '..');"],
    [
      'an instance of a class of its own',
      'class Log { constructor(name: string) { this.name = name; } } const log = new Log("a");',
    ],
  ];
  it.each(whole)('%s', (_, source) => {
    expect(locationOf(`${source}\n${task('')}`)).toMatchObject({ whole: true });
  });

  const sliced: readonly [string, string][] = [
    ['a statement', 'start();'],
    ['a call', 'const server = start();'],
    ['something awaited', 'const data = await load;'],
    ['an instance from elsewhere', "import { Server } from 's'; const server = new Server();"],
    ['a static block', 'class A { static { start(); } }'],
    ['an assignment', 'Date.prototype.x = 1;'],
    ['a default export that is called', 'export default start();'],
  ];
  it.each(sliced)('not with %s', (_, source) => {
    expect(locationOf(`${source}\n${task('')}`)).toMatchObject({ whole: false });
  });
});
