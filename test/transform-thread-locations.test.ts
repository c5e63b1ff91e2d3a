import { describe, expect, it } from 'vitest';
import { transform } from '../dist/transform/transform.js';

/** The thread location of `task` in a module, as the transform writes it. */
function locationOf(source: string, name = 'task', id = '/app.ts'): unknown {
  const { code } = transform(source, id) ?? { code: '' };
  const records = code.match(/\{ name: "[^"]*", kind: '.*?(?= \}[,)])/g) ?? [];
  const record = records.find((text) => text.startsWith(`{ name: "${name}"`));
  if (!record) throw new Error(`no record of ${name} in:\n${code}`);
  const thread = /thread: (\{.*\})$/.exec(record)?.[1];
  return thread === undefined ? undefined : JSON.parse(thread);
}

function capturesOf(source: string): unknown {
  const location = locationOf(source) as { captures?: string[] } | undefined; // parsed above
  return location?.captures;
}

const task = (body: string) => `export function task(key: string) { ${body} }`;

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
