import { describe, expect, it } from 'vitest';
import { capturesOf, task } from './fixtures/transform/thread-location.js';

describe('what is state of the module', () => {
  const state: readonly [string, string, string][] = [
    ...[
      'new Map<string, number>()',
      'new Set()',
      'new WeakMap<object, number>()',
      '[] as string[]',
      '{}',
    ].map((empty): [string, string, string] => [
      `what other files are to fill: ${empty}`,
      'a',
      `export const a = ${empty}; ${task('return JSON.stringify(a);')}`,
    ]),
    [
      'what other files are to fill, in a list',
      'a',
      `const a = new Map(); export { a }; ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what other files are to fill, by default',
      'a',
      `const a = []; export default a; ${task('return JSON.stringify(a);')}`,
    ],
    [
      'memory that a view changes',
      'a',
      `const a = new Uint8Array(8); a.subarray(4).fill(7); ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what is changed behind a Map',
      'a',
      `const a = { v: 1 }; new Map([['a', a]]).get('a')!.v = 3; ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what is changed behind a named Set',
      'a',
      `const a = { v: 1 }; const all = new Set([a]); for (const one of all) one.v = 3; ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what is changed behind a spread object',
      'a',
      `const a = { o: { v: 1 } }; const b = { ...a }; b.o.v = 2; ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what a bound method changes',
      'a',
      `const a = { list: [] as number[] }; const push = a.list.push.bind(a.list); push(1); ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what a borrowed method changes',
      'a',
      `const a: number[] = [0]; a.push.call(a, 1); ${task('return JSON.stringify(a);')}`,
    ],
    [
      'what is named behind a comma',
      'a',
      `const a = { v: 1 }; (0, a).v = 2; ${task('return JSON.stringify(a);')}`,
    ],
    ['a counter', 'counter', `let counter = 0; ${task('counter++;')}`],
    [
      'what a map has in it',
      'stats',
      `const stats = new Map([['ok', { n: 0 }]]); ${task("stats.get('ok')!.n++;")}`,
    ],
    [
      'what is found in a list',
      'users',
      `const users = [{ id: 1, n: 0 }]; ${task('users.find(({ id }) => id === 1)!.n++;')}`,
    ],
    [
      'what is found, by another name',
      'users',
      `const users = [{ n: 0 }]; ${task('const user = users.at(0)!; user.n = 5;')}`,
    ],
    [
      'what a list passes on',
      'rows',
      `const rows = [{ n: 0 }]; ${task('rows.forEach((row) => { row.n++; });')}`,
    ],
    [
      'what a copy of a list has in it',
      'rows',
      `const rows = [{ n: 0 }]; ${task('for (const row of [...rows]) row.n++;')}`,
    ],
    [
      'what a part of a list has in it',
      'rows',
      `const rows = [{ n: 0 }]; ${task('rows.slice(1).sort().pop()!.n++;')}`,
    ],
    [
      'what a record has in it',
      'table',
      `const table = { a: { n: 0 } }; ${task('for (const row of Object.values(table)) row.n++;')}`,
    ],
    [
      'what is not frozen in a frozen object',
      'frozen',
      `const frozen = Object.freeze({ a: { n: 0 } }); ${task('frozen.a.n++;')}`,
    ],
    [
      'what another function assigns',
      'mode',
      `let mode = 'a'; export const set = (m: string) => { mode = m; }; ${task('return mode;')}`,
    ],
    [
      'a destructuring assignment',
      'a',
      `let a = 1; export const set = (o: { a: number }) => { ({ a } = o); }; ${task('return a;')}`,
    ],
    ['a loop variable', 'i', `let i; for (i of [1]) {} ${task('return i;')}`],
    [
      'a property of a function',
      'next',
      `next.n = 0; function next() { return ++next.n; } ${task('next();')}`,
    ],
    [
      'the same, typed',
      'next',
      `(next as any).n = 0; const next = () => 1; ${task('return (next as any).n;')}`,
    ],
    [
      'a secret',
      'secret',
      `import { randomBytes } from 'node:crypto'; const secret = randomBytes(32).toString('hex'); ${task('return secret;')}`,
    ],
    [
      'a secret behind another constant',
      'secret',
      `import crypto from 'crypto'; const secret = crypto.randomUUID(); const salt = \`a-\${secret}\`; ${task('return salt;')}`,
    ],
    [
      'a number by a helper',
      'id',
      `const id = make(); function make() { return draw() + 1; } const draw = () => Math.random(); ${task('return id;')}`,
    ],
    [
      'an id by a package',
      'id',
      `import { v4 as uuid } from 'uuid'; const id = uuid(); ${task('return id;')}`,
    ],
    ['the age of the process', 'at', `const at = process.uptime(); ${task('return at;')}`],
    ['a pattern that steps', 'pattern', `const pattern = /a/g; ${task('return pattern.test(key);')}`],
    [
      'a sticky pattern that steps',
      'pattern',
      `const pattern = new RegExp('a', 'y'); ${task('return pattern.exec(key)?.[0];')}`,
    ],
    [
      'a pattern that is passed on',
      'pattern',
      `const pattern = /a/g; ${task('return unseen(pattern, key);')}`,
    ],
    ['an exact moment', 'at', `const at = process.hrtime.bigint(); ${task('return at;')}`],
    [
      'a moment that is printed, and kept',
      'at',
      `const at = make(); function make() { const now = Date.now(); console.log(now); return now; } ${task('return at;')}`,
    ],
    ['the moment of the start', 'start', `const start = new Date(); ${task('return start.getTime();')}`],
    ['a moment in a pattern', 'at', `const { at } = { at: performance.now() }; ${task('return at;')}`],
    [
      'a table of random numbers',
      'table',
      `const table = Array.from({ length: 2 }, () => Math.random()); ${task('return table[0];')}`,
    ],
    [
      'an instance with a random field',
      'node',
      `class Node { readonly id = Math.random(); } const node = new Node(); ${task('return node.id;')}`,
    ],
    [
      'an instance whose constructor asks for the time',
      'node',
      `const node = new (class { at: number; constructor() { this.at = Date.now(); } })(); ${task('return node.at;')}`,
    ],
    [
      'a random static field',
      'Node',
      `import { nanoid } from 'nanoid'; class Node { static readonly id = nanoid(); } ${task('return Node.id;')}`,
    ],
    ['a cache', 'cache', `const cache = new Map(); ${task('cache.set(key, 1);')}`],
    [
      'a cache that another function fills',
      'cache',
      `const cache = new Map(); export function fill() { cache.clear(); } ${task('return cache.get(key);')}`,
    ],
    ['a member assigned', 'table', `const table: T = {}; ${task('table[key] = 1;')}`],
    ['a nested member assigned', 'table', `const table = { a: { b: 1 } }; ${task('table.a.b += 1;')}`],
    ['a member deleted', 'table', `const table: T = {}; ${task('delete table[key];')}`],
    ['a nested list filled', 'table', `const table = { list: [] }; ${task('table.list.push(key);')}`],
    [
      'an element through an alias',
      'table',
      `const table = [{ n: 1 }]; ${task('const row = table[0]; row.n++;')}`,
    ],
    [
      'an element in a loop',
      'table',
      `const table = [{ n: 1 }]; ${task('for (const row of table) row.n++;')}`,
    ],
    [
      'an alias',
      'list',
      `const list = [1]; export const alias = list; alias.push(1); ${task('return list[0];')}`,
    ],
    [
      'what unseen code gets',
      'options',
      `import { render } from './r.js'; const options = { a: 1 }; ${task('render(options);')}`,
    ],
    [
      'what callers get',
      'list',
      `const list = [1]; export const all = () => list; ${task('return list[0];')}`,
    ],
    [
      'what a function of the module changes',
      'list',
      `const list = [1]; function grow(l: number[]) { l.push(1); } grow(list); ${task('return list[0];')}`,
    ],
    [
      'an object with a method that counts',
      'stats',
      `class Stats { n = 0; hit() { this.n++; } } const stats = new Stats(); ${task('stats.hit();')}`,
    ],
    [
      'a method that changes through another',
      'stats',
      `class Stats { n = []; hit() { this.add(); } add() { this.n.push(1); } } const stats = new Stats(); ${task('stats.hit();')}`,
    ],
    [
      'an unseen method',
      'schema',
      `import { z } from 'z'; const schema = z.object({}); ${task('schema.parse(key);')}`,
    ],
    [
      'a schema that is changed',
      'schema',
      `import { z } from 'zod'; const schema = z.object({}); export const name = (text: string) => { schema.title = text; }; ${task('return schema.title;')}`,
    ],
    [
      'what a schema keeps elsewhere',
      'seen',
      `import { z } from 'zod'; const seen = new Set(); const schema = z.string().refine((text) => seen.add(text)); ${task('return schema.parse(key);')}`,
    ],
    [
      'a counter behind a function',
      'next',
      `function counter() { let n = 0; return () => ++n; } const next = counter(); ${task('return next();')}`,
    ],
    [
      'one of several functions over the same state',
      'add',
      `const ledger = () => { const sums = []; return { add: (n: number) => sums.push(n), all: () => sums }; };
       const { add } = ledger(); ${task('return add(1);')}`,
    ],
    [
      'what a function in place keeps',
      'next',
      `const next = (() => { let n = 0; return function () { n += 1; return n; }; })(); ${task('return next();')}`,
    ],
    ['a static member', 'Stats', `class Stats { static n = 0; } ${task('Stats.n++;')}`],
    ['a member of a function', 'helper', `function helper() {} ${task('helper.calls = 1;')}`],
    [
      'what a loop hands to a function',
      'cart',
      `const cart = [{ n: 1 }]; function halve(item: { n: number }) { item.n /= 2; } for (const item of cart) halve(item); ${task('return cart[0].n;')}`,
    ],
    [
      'what a list passes to a named function',
      'cart',
      `const cart = [{ n: 1 }]; const halve = (item: { n: number }) => { item.n /= 2; }; cart.forEach(halve); ${task('return cart[0].n;')}`,
    ],
    [
      'a row of a grid that a function fills',
      'grid',
      `const grid = [[0]]; function fill(row: number[]) { row[0] = 1; } fill(grid[0]); ${task('return grid[0][0];')}`,
    ],
    [
      'what a function takes of a Map and hands on',
      'map',
      `const map = new Map([["a", { n: 0 }]]); function hit() { const e = map.get("a"); if (e) mark(e); } function mark(e: { n: number }) { e.n++; } ${task('return map.get("a").n;')}`,
    ],
    [
      'what is assigned into a part',
      'users',
      `const users = new Map([[1, { name: "a" }]]); export function rename(name: string) { Object.assign(users.get(1)!, { name }); } ${task('return users.get(1).name;')}`,
    ],
    [
      'memory behind a view of its buffer',
      'bytes',
      `const bytes = new Uint8Array(2); const view = new DataView(bytes.buffer); view.setUint8(0, 9); ${task('return bytes[0];')}`,
    ],
    [
      'memory that another view fills',
      'memory',
      `const memory = new ArrayBuffer(2); new Uint8Array(memory).fill(1); ${task('return memory.slice(0);')}`,
    ],
    [
      'what the caller of a function changes',
      'accounts',
      `const accounts = new Map([["a", { n: 0 }]]); function account() { return accounts.get("a")!; } account().n = 1; ${task('return accounts.size;')}`,
    ],
    [
      'what the method of a base class changes',
      'store',
      `class Store { n = 0; save() { return ++this.n; } } class Logged extends Store { override save() { return super.save(); } } const store = new Logged(); ${task('return store.save();')}`,
    ],
    [
      'the same, by a name that sounds as if it read',
      'store',
      `class Store { n = 0; get() { return ++this.n; } } class Logged extends Store {} const store = new Logged(); ${task('return store.get();')}`,
    ],
    [
      'the method of an unseen base class',
      'store',
      `import { Store } from "./store.js"; class Logged extends Store { override save() { return super.save(); } } const store = new Logged(); ${task('return store.save();')}`,
    ],
    [
      'what a method of a base class changes by one that is overridden',
      'store',
      `class Store { save() { this.on(); } on() {} } class Logged extends Store { n = 0; override on() { this.n++; } } const store = new Logged(); ${task('return store.save();')}`,
    ],
    [
      'a private method that sounds as if it read',
      'store',
      `class Store { n = 0; read() { return this.#get(); } #get() { return ++this.n; } } const store = new Store(); ${task('return store.read();')}`,
    ],
    [
      'a file that is open',
      'log',
      `import { openSync, writeSync } from "node:fs"; const log = openSync("a.log", "w"); ${task('writeSync(log, key);')}`,
    ],
    [
      'a folder of its own',
      'dir',
      `import * as fs from "fs"; import { join } from "node:path"; const dir = fs.mkdtempSync("a-"); ${task('return join(dir, key);')}`,
    ],
    [
      'a folder of its own, awaited',
      'dir',
      `import { mkdtemp } from "node:fs/promises"; import { join } from "node:path"; const dir = await mkdtemp("a-"); ${task('return join(dir, key);')}`,
    ],
    [
      'what was read from the standard input',
      'input',
      `import { readFileSync } from "node:fs"; const input = readFileSync(0, "utf8"); ${task('return input.length;')}`,
    ],
    [
      'the same, by its path',
      'input',
      `import fs from "node:fs"; const input = fs.readFileSync("/dev/stdin").toString(); ${task('return input.length;')}`,
    ],
    [
      'an instance whose base class has a random field',
      'run',
      `class Entity { readonly id = Math.random(); } class Run extends Entity { constructor(readonly name: string) { super(); } } const run = new Run("a"); ${task('return run.id;')}`,
    ],
    [
      'the same, without a constructor',
      'run',
      `class Entity { constructor(readonly id = Math.random()) {} } class Run extends Entity {} const run = new Run(); ${task('return run.id;')}`,
    ],
    [
      'what a random callback replaces',
      'id',
      `const id = "xx".replace(/x/g, () => Math.random().toString(16)); ${task('return id;')}`,
    ],
    [
      'what is put in a random order',
      'order',
      `const order = [1, 2].sort(() => Math.random() - 0.5).join(); ${task('return order;')}`,
    ],
    [
      'a table that a random function makes',
      'table',
      `const table: readonly number[] = Array.from({ length: 2 }, Math.random); ${task('return table[0];')}`,
    ],
    [
      'ids by an imported function, passed by name',
      'ids',
      `import { randomUUID } from "node:crypto"; const ids: readonly string[] = [1, 2].map(randomUUID); ${task('return ids[0];')}`,
    ],
    [
      'ids by a function of the file, passed by name',
      'ids',
      `const draw = () => Math.random(); const ids: readonly number[] = [1, 2].map(draw); ${task('return ids[0];')}`,
    ],
    [
      'a default that is random',
      'c',
      `class C { constructor(readonly id = Math.random()) {} } const c = new C(); ${task('return c.id;')}`,
    ],
    [
      'a class that is extended',
      'Plug',
      `class Plug {} Object.assign(Plug, { extra: 8 }); ${task('return Plug.extra;')}`,
    ],
    [
      'a prototype that is extended',
      'Plug',
      `class Plug {} Object.defineProperty(Plug.prototype, "y", { value: 1 }); ${task('return new Plug().y;')}`,
    ],
    [
      'a class with mixins',
      'Sprite',
      `class Jumpable { jump() {} } class Sprite {} mix(Sprite, [Jumpable]); function mix(to: any, from: any[]) { for (const one of from) for (const name of Object.getOwnPropertyNames(one.prototype)) Object.defineProperty(to.prototype, name, Object.getOwnPropertyDescriptor(one.prototype, name)!); } ${task('return new Sprite().jump();')}`,
    ],
    [
      'a frozen instance with a private counter',
      'sequence',
      `class Sequence { #n = 0; take() { return ++this.#n; } } const sequence = Object.freeze(new Sequence()); ${task('return sequence.take();')}`,
    ],
    ['a frozen Map', 'map', `const map = Object.freeze(new Map()); ${task('map.set(key, 1);')}`],
    [
      'an instance that its class holds',
      'Ids',
      `class Ids { static readonly #one = new Ids(); static getInstance() { return Ids.#one; } #n = 0; next() { return ++this.#n; } } ${task('return Ids.getInstance().next();')}`,
    ],
    ...[
      ['by its type', 'const rows: readonly Row[] = [{ n: 1 }];', 'for (const row of rows) row.n = 2;'],
      ['by `as readonly`', 'const rows = [{ n: 1 }] as readonly Row[];', 'rows[0].n = 2;'],
      ['as a `ReadonlyMap`', 'const rows: ReadonlyMap<string, Row> = make();', "rows.get('a')!.n++;"],
      ['by `as const`', 'const rows = { a: new Map() } as const;', 'rows.a.set(1, 2);'],
      ['by a `Readonly` record', 'const rows: Readonly<Rows> = { a: new Set() };', 'rows.a!.add(1);'],
      [
        'frozen, with something frozen in it',
        'const rows = Object.freeze({ a: Object.freeze({ b: [1] }) });',
        'rows.a.b.push(2);',
      ],
    ].map(([how, made, changed]): [string, string, string] => [
      `a part of what stays as it is ${how}`,
      'rows',
      `${made} export function change() { ${changed} } ${task('return JSON.stringify(rows);')}`,
    ]),
    ...[
      ['that is applied', 'Array.prototype.push.apply(list, [3]);'],
      ['that is called by another name', 'const push = Array.prototype.push; push.call(list, 3);'],
      ['that `Reflect` applies', 'Reflect.apply(list.push, list, [3]);'],
      ['that `Reflect` applies, borrowed', 'Reflect.apply(Array.prototype.push, list, [3]);'],
      ['that another list calls', '[3].forEach(list.push, list);'],
      [
        'of the file that is called by `call`',
        'function add(to: number[]) { to.push(3); } add.call(null, list);',
      ],
      ['of the file that its `this` is', 'function add(this: number[]) { this.push(3); } add.call(list);'],
      [
        'of the file that takes it from a list',
        'function add(to: number[], n: number) { to.push(n); } const args = [list, 3] as const; add(...args);',
      ],
    ].map(([how, changed]): [string, string, string] => [
      `a list changed by a function ${how}`,
      'list',
      `const list = [1]; export function change() { ${changed} } ${task('return list.length;')}`,
    ]),
    ...[
      ['a method of an object', 'const api = { get(i: number) { return rows[i]; } };', 'api.get(0).n = 8;'],
      ['a function in an object', 'const api = { get: (i: number) => rows[i] };', 'api.get(0).n = 8;'],
      [
        'a method of an instance',
        'class Api { get(i: number) { return rows[i]; } } const api = new Api();',
        'api.get(0).n = 8;',
      ],
      [
        'a generator',
        'function* all() { for (const row of rows) yield row; }',
        'for (const row of all()) row.n = 8;',
      ],
    ].map(([how, made, changed]): [string, string, string] => [
      `a part that ${how} has given`,
      'rows',
      `const rows = [{ n: 1 }]; ${made} export function change() { ${changed} } ${task('return rows[0].n;')}`,
    ]),
    [
      'a part that a method of its class has given',
      'store',
      `class Store { #rows = [{ n: 1 }]; get(i: number) { return this.#rows[i]; } } const store = new Store(); export function change() { store.get(0).n = 8; } ${task('return store.get(0).n;')}`,
    ],
    [
      'what a proxy of it changes',
      'target',
      `const target = { n: 1 }; const proxy = new Proxy(target, {}); export function change() { proxy.n = 2; } ${task('return target.n;')}`,
    ],
    ...[
      ['an object', 'const store = { find(to: number[]) { to.push(1); } };', 'store.find(list)'],
      [
        'an instance',
        'class Store { some(n: number, to: number[]) { to.push(n); } } const store = new Store();',
        'store.some(1, list)',
      ],
      [
        'an instance made there',
        'class Store { forEach(to: number[], by: () => void) { to.push(1); } }',
        'new Store().forEach(list, () => {})',
      ],
      [
        'a base class',
        'class Base { map(to: number[]) { to.push(1); } } class Store extends Base {} const store = new Store();',
        'store.map(list)',
      ],
      [
        'what a parameter is by its type, or of a class below that',
        'class Store { filter(_: number[]) {} } class Sub extends Store { override filter(to: number[]) { to.push(1); } } function use(store: Store) { store.filter(list); }',
        'use(new Sub())',
      ],
      ['another file', "import * as store from './store.js';", 'store.forEach(list, Number)'],
      ["another file's object", "import { store } from './store.js';", 'store.find(list)'],
    ].map(([of, made, use]): [string, string, string] => [
      `what is given to a method of ${of} by the name of one that reads`,
      'list',
      `const list: number[] = [0]; ${made} ${task(`${use}; return list.length;`)}`,
    ]),
    ['a `var` of a block', 'inner', `if (true) { var inner = 1; } ${task('return inner;')}`],
  ];
  it.each(state)('%s', (_, name, source) => {
    expect(capturesOf(source)).toEqual([name]);
  });

  it('is found behind helpers, in functions, classes and constants', () => {
    const source = `let n = 0;
const table = { next };
class Counter { value = table.next(); }
function next() { return n++; }
function make() { return new Counter(); }
${task('return make();')}`;
    expect(capturesOf(source)).toEqual(['n']);
  });
});
