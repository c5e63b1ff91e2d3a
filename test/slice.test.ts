import { describe, expect, it } from 'vitest';
import { type SliceOptions, slice } from '../src/transform/slices/slice.js';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

type Exports = Record<string, unknown>;
type Task = (...args: unknown[]) => unknown;

const tasksOnly: SliceOptions = { tasksOnly: true, entry: false };
const imported: SliceOptions = { tasksOnly: false, entry: false };
const entry: SliceOptions = { tasksOnly: false, entry: true };

/** Runs the slice of `main.ts`; the other files stay as they are. */
function run(files: Record<string, string>, options: SliceOptions): Promise<Exports> {
  return evaluate(files, (source, file, name) =>
    name === 'main.ts' ? slice(source, file, options).code : source,
  );
}

function call(module: Exports, name: string, ...args: unknown[]): unknown {
  const task = module[name];
  if (typeof task !== 'function') throw new Error(`no task ${name} among ${Object.keys(module).join(', ')}`);
  return (task as Task)(...args);
}

const inline = (module: Exports) => Object.keys(module).filter((name) => /^\$offstage\$\d+$/.test(name));

const program = {
  'main.ts': `import { log } from './log.js';
import shout, { suffix as ending, unused } from './text.js';
import * as all from './text.js';
import './effects.js';
import type { Mailer } from './mailer.js';

enum Size { Small = 3 }
class Frame { constructor(readonly text: string) {} render() { return \`[\${this.text}]\`; } }
const limit = Size.Small, server = start();
const cut = (text: string) => text.slice(0, limit);
export const url = import.meta.url;

function start() { log.push('server started'); return { port: 80 }; }
export function thumbnail(mailer: Mailer, path: string) { return new Frame(cut(shout(path) + ending + all.other)).render(); }
function where() { return import.meta.url; }
export async function main(bg: { add(...args: unknown[]): void }) {
  bg.add((n: number) => n * limit, 1);
  bg.add(function double(n: number): number { return n > 1 ? double(n - 1) * 2 : 2; }, 3);
}
log.push('top level');
await main({ add() {} });
export { log, cut as exported };
export default server;
`,
  'log.ts': 'export const log: string[] = [];',
  'text.ts': `import { log } from './log.js'; log.push('text');
export const suffix = '!', unused = 1, other = '?';
export default (text: string) => text.toUpperCase();`,
  'effects.ts': `import { log } from './log.js'; log.push('effects');`,
  'mailer.ts': `import { log } from './log.js'; log.push('mailer'); export class Mailer {}`,
};

describe('the slice for tasks', () => {
  it('has what the tasks use, and runs nothing else', async () => {
    const log = await logOf(tasksOnly);
    expect(log.entries).toEqual(['text']);
    expect(call(log.module, '$offstage_thumbnail', undefined, 'abc')).toBe('[ABC]');
    expect(log.module).not.toHaveProperty('main');
    expect(log.module).not.toHaveProperty('default');
  });

  it('has inner functions as declarations of their own', async () => {
    const { module } = await logOf(tasksOnly);
    const names = inline(module);
    expect(names).toHaveLength(2);
    const [triple, double] = names;
    expect(call(module, triple ?? '', 2)).toBe(6);
    expect(call(module, double ?? '', 3)).toBe(8);
    expect(module[double ?? '']).toHaveProperty('name', 'double');
    expect(module[triple ?? '']).toHaveProperty('name', '');
  });

  it('keeps the meaning of import.meta.url', () => {
    const { code } = slice(program['main.ts'], '/a b/main.ts?offstage-tasks', tasksOnly);
    expect(code).toContain('return "file:///a%20b/main.ts"');
    expect(code).not.toContain('import.meta');
  });

  it('keeps the namespace of which a name is imported', async () => {
    const source = `namespace Geo { export function area(n: number) { return n * n; } }
import area = Geo.area;
start();
export function task(n: number) { return area(n); }`;
    expect(call(await run({ 'main.ts': source }, tasksOnly), '$offstage_task', 3)).toBe(9);
  });

  it('lifts a named inner function without what stands behind it', async () => {
    const source = `export function main(bg: { add(fn: object): void }) {
  const plus = (n: number) => n + 1
  bg.add(plus);
}
start();`;
    const module = await run({ 'main.ts': source }, tasksOnly);
    const [plus] = inline(module);
    expect(call(module, plus ?? '', 1)).toBe(2);
    expect(module[plus ?? '']).toHaveProperty('name', 'plus');
  });

  it.each([
    ['a function', 'function main() {', '}'],
    ['behind a directive', "function main() { 'use strict';", '}'],
    ['a block', 'if (start()) {', '}'],
    ['a case', 'switch (start()) { case 1:', '}'],
  ])('lifts an inner function that is the first of %s', async (_, opening, closing) => {
    const source = `const bg = { add: (fn: object) => {} };
${opening}
  function square(n: number) { return bg.add(function double(n: number) { return n * 2; }), n * n; }
  function unused(n: number) { return n; }
  bg.add(square);
${closing}`;
    const module = await run({ 'main.ts': source }, tasksOnly);
    const [square, double] = inline(module);
    expect(call(module, square ?? '', 3)).toBe(9);
    expect(call(module, double ?? '', 3)).toBe(6);
    expect(module[square ?? '']).toHaveProperty('name', 'square');
  });

  it('keeps what an export list has of a block', async () => {
    const source = `if (start()) { var mode = 'on'; }
export { mode };
export function task(n: number) { return n; }`;
    const module = await run({ 'main.ts': source.replace('start()', 'true') }, imported);
    expect(module.mode).toBe('on');
    expect(call(module, '$offstage_task', 1)).toBe(1);
    expect(slice(source, '/main.ts', tasksOnly).code).not.toMatch(/mode/);
  });

  it('agrees with the main thread on the names of inner functions', async () => {
    const source = `const seen: object[] = [];
const bg = { add: (fn: object) => { seen.push(fn); } };
bg.add((n: number) => n + 1);
bg.add(async () => {});
bg.add((n: number) => n + 2);
export { seen };`;
    const main = await evaluate({ 'main.ts': source });
    const declared = (main.seen as object[]).map((fn) => runtime.declarationOf(fn)); // exported above
    const names = declared.flatMap((one) =>
      one?.thread && 'export' in one.thread ? [one.thread.export] : [],
    );
    expect(names).toHaveLength(2);
    const module = await run({ 'main.ts': source }, tasksOnly);
    expect(names.map((name) => call(module, name, 1))).toEqual([2, 3]);
    expect(inline(module)).toEqual(names);
  });

  it('maps lines back, also those of inner functions', async () => {
    const source = `const bg = { add: (fn: object) => {} };
start();
bg.add((n: number) => {
  throw new Error('here');
});`;
    const { code, map } = slice(source, '/main.ts', tasksOnly);
    const { SourceMap } = await import('node:module');
    const lines = code.split('\n');
    const line = lines.findIndex((text) => text.includes('throw new'));
    const found = new SourceMap(JSON.parse(map.toString())).findEntry(
      line,
      lines[line]?.indexOf('throw') ?? 0,
    );
    expect(found).toMatchObject({ originalSource: '/main.ts', originalLine: 3 });
  });

  async function logOf(options: SliceOptions) {
    const module = await run(
      { 'probe.ts': `export * as main from './main.js'; export { log } from './log.js';`, ...program },
      options,
    );
    return { module: module.main as Exports, entries: module.log as string[] }; // exported by the probe
  }
});

describe('the slice for an importer', () => {
  it('has the exports and what they use, and no statements', async () => {
    const module = await run(program, imported);
    expect(module.log).toEqual(['text', 'server started']);
    expect(call(module, 'exported', 'abcdef')).toBe('abc');
    expect(module.default).toEqual({ port: 80 });
    expect(call(module, '$offstage_thumbnail', undefined, 'abc')).toBe('[ABC]');
  });

  const changing: readonly [string, string, string, unknown][] = [
    ['an assignment', 'export let late: string;', "late = 'x';", 'x'],
    ['an assignment by a pattern', 'export let late: number[];', '[late] = [[1]];', [1]],
    ['a member that is assigned', 'export function late() {}', 'late.k = 4;', 4],
    [
      'a member of what an expression declares',
      'const table: any = {}; export { table as late };',
      'table.A = 1; delete table.B;',
      { A: 1 },
    ],
    [
      'a method of a collection',
      'export const late = new Map<string, number>();',
      "late.set('a', 1);",
      new Map([['a', 1]]),
    ],
    [
      'a loop',
      'export const late = new Map<string, number>();',
      'for (const [k, v] of Object.entries({ a: 1, b: 2 })) late.set(k, v);',
      new Map(Object.entries({ a: 1, b: 2 })),
    ],
    [
      'a callback',
      'const names = [1, 2]; export const late: number[] = [];',
      'names.forEach((name) => { late.push(name); });',
      [1, 2],
    ],
    [
      'a static field',
      'class Reg { static items: number[] = []; } export const late = Reg.items;',
      'Reg.items.push(1);',
      [1],
    ],
    [
      'a method of a class of the file',
      'class Reg { items = new Map<string, number>(); register(name: string) { this.items.set(name, 1); } } export const late = new Reg();',
      "late.register('a');",
      { items: new Map([['a', 1]]) },
    ],
    [
      'a function of the file',
      'export const late: number[] = []; const fill = (list: number[]) => { list.push(1); };',
      'fill(late);',
      [1],
    ],
    [
      'a function for each part',
      'export const late: any[] = [{}]; function touch(one: any) { one.seen = true; }',
      'late.forEach(touch);',
      [{ seen: true }],
    ],
    [
      'the parts in a loop',
      'export const late: any[] = [{}];',
      'for (const one of late) one.seen = true;',
      [{ seen: true }],
    ],
    [
      'a part by a name of its own',
      'export const late: any = { list: [] }; const { list } = late;',
      'list.push(1);',
      { list: [1] },
    ],
    [
      'a part of a part by a name of its own',
      'export const late: any = { a: { list: [] } }; const { a } = late; const list = a.list;',
      'list.push(1);',
      { a: { list: [1] } },
    ],
    ['a part that a method gives', 'export const late: any = [[]];', 'late.at(-1).push(2);', [[2]]],
    [
      'its values in a loop',
      'export const late: any = { a: {} };',
      'for (const one of Object.values(late)) one.n = 5;',
      { a: { n: 5 } },
    ],
    [
      'a function for each of its values',
      'export const late: any = { a: {} };',
      'Object.values(late).forEach((one: any) => { one.n = 5; });',
      { a: { n: 5 } },
    ],
    [
      'one of several in a loop',
      'export const late: any = {}; const other: any = {};',
      'for (const one of [late, other]) one.n = 1;',
      { n: 1 },
    ],
    [
      'a static method that names its class',
      'class Reg { static items: number[] = []; static add(n: number) { Reg.items.push(n); } } export const late = Reg.items;',
      'Reg.add(1);',
      [1],
    ],
    [
      'a method of a base class of the file',
      'class Base { items: string[] = []; use(name: string) { this.items.push(name); } } class Sub extends Base { constructor() { super(); } } export const late = new Sub();',
      "late.use('a');",
      { items: ['a'] },
    ],
    [
      'a method that is applied',
      'export const late: number[] = [];',
      'Array.prototype.push.apply(late, [1]);',
      [1],
    ],
    [
      'a method of its own that is applied',
      'export const late: number[] = [];',
      'late.push.apply(late, [1]);',
      [1],
    ],
    [
      'a method that is applied by `Reflect`',
      'export const late: number[] = [];',
      'Reflect.apply(Array.prototype.push, late, [1]);',
      [1],
    ],
    [
      'a method of an object of the file',
      'export const late: number[] = []; const store = { fill(list: number[]) { list.push(1); } };',
      'store.fill(late);',
      [1],
    ],
    [
      'a method of an object of the file by a known name',
      'export const late: number[] = []; const store = { map(by: () => void, list: number[]) { list.push(1); } };',
      'store.map(() => {}, late);',
      [1],
    ],
    [
      'a function that is called with it by `call`',
      'export const late: number[] = []; function fill(list: number[]) { list.push(1); }',
      'fill.call(null, late);',
      [1],
    ],
    [
      'a method that each item of another list is given to',
      'export const late: Set<number> = new Set();',
      '[1].forEach(late.add, late);',
      new Set([1]),
    ],
    [
      'a view of it',
      'export const late: Uint8Array = new Uint8Array(1);',
      'new DataView(late.buffer).setUint8(0, 7);',
      new Uint8Array([7]),
    ],
    [
      'a method that writes',
      'export const late: Buffer = Buffer.alloc(1);',
      'late.writeUInt8(7);',
      Buffer.from([7]),
    ],
    [
      'a method that writes a text',
      'export const late: Buffer = Buffer.alloc(2);',
      "late.write('ab');",
      Buffer.from('ab'),
    ],
    [
      'a method that swaps bytes',
      "export const late: Buffer = Buffer.from('ab');",
      'late.swap16();',
      Buffer.from('ba'),
    ],
    [
      'an atomic write',
      'export const late: Int32Array = new Int32Array(1);',
      'Atomics.store(late, 0, 7);',
      new Int32Array([7]),
    ],
    [
      'a field of a form',
      "export const form = new FormData(); export const late = { get a() { return form.get('a'); } };",
      "form.append('a', 'b');",
      { a: 'b' },
    ],
    [
      'a method that sets the time',
      'export const late: Date = new Date(0);',
      'late.setUTCHours(1);',
      new Date(3_600_000),
    ],
    ['a global function', 'export const late: any = {};', 'Object.assign(late, { a: 1 });', { a: 1 }],
    [
      'a plugin of a package',
      "import day from 'day'; export default day; export const late = day.plugins;",
      'day.extend(2);',
      [2],
    ],
    [
      'a global that it has',
      'export const late = { get a() { return (globalThis as any).lateOne?.a; } };',
      '(globalThis as any).lateOne ??= { a: 1 };',
      { a: 1 },
    ],
    [
      'a global that it has by its name',
      'declare let lateTwo: number; export const late = { get n() { return lateTwo; } };',
      'globalThis.lateTwo = 1;',
      { n: 1 },
    ],
    [
      'a global that is assigned with others',
      'export const late = { get n() { return [(globalThis as any).lateThree, (globalThis as any).lateFour]; } };',
      "Object.assign(globalThis, { lateThree: 1, 'lateFour': 2 });",
      { n: [1, 2] },
    ],
    [
      'a global that is defined',
      'declare let lateFive: number; export const late = { get n() { return lateFive; } };',
      "Object.defineProperty(globalThis as object, 'lateFive', { value: 1 });",
      { n: 1 },
    ],
    [
      'what others change in turn, in their order',
      'export const late: number[] = []; let next = 0; const plus = () => 1;',
      'next = plus(); late.push(next); next = 5; late.push(next);',
      [1, 5],
    ],
  ];
  it.each(changing)(
    'has the statement that changes what it has: %s',
    async (_, declared, statement, value) => {
      const module = await run(
        {
          'main.ts': `${declared}\n${statement}\nif (Date) throw new Error('a statement that changes nothing');\n`,
          'node_modules/day/package.json': '{ "type": "module", "exports": "./index.js" }',
          'node_modules/day/index.js':
            'const day = { plugins: [], extend(one) { this.plugins.push(one); } }; export default day;',
        },
        imported,
      );
      const { late } = module;
      expect(typeof late === 'function' ? Reflect.get(late, 'k') : late).toEqual(value);
    },
  );

  it.each([
    ['a method that nobody knows', 'export const app = make();', 'app.listen(1);'],
    [
      'a method of what has another name, too',
      'const made = make(); export const app = made;',
      'app.listen(1);',
    ],
    [
      'a method of its own by the name of one that changes',
      "export const app = { write() { log.push('ran'); } };",
      'app.write();',
    ],
    [
      'another global that is assigned',
      'export const app = () => globalThis.one;',
      'Object.assign(globalThis, { two: 1 });',
    ],
    ['a part of what nobody knows', 'export const made = make(); const { app } = made;', 'app.push(1);'],
    [
      'a static method that changes nothing',
      'export class App { static items = [1]; static main() { log.push(App.items[0]); } }',
      'App.main();',
    ],
    ['a method of each part', 'export const apps = [make()];', 'for (const app of apps) app.listen(1);'],
    ['a method of what another file has', 'export { log };', "log.push('ran');"],
    ['a function of another file', 'export const config = { port: 1 };', 'start(config);'],
    [
      'a callback for later',
      'export const seen: number[] = [];',
      'setTimeout(() => { seen.push(1); }); later(() => { seen.push(1); });',
    ],
    ['a function that runs later', 'export let seen = 0;', "(async () => { seen = 1; log.push('ran'); })();"],
    ['a call without it', 'export const app = { main() {} };', 'main();'],
    ['another global', 'export const app = () => globalThis.one.two;', "global.one.three = log.push('ran');"],
    [
      'a global that is set later',
      'export const app = () => globalThis.one;',
      'later(() => { globalThis.one = 1; });',
    ],
    ['what nothing uses', 'const table: any = {}; export const app = 1;', "table.a = log.push('ran');"],
  ])('has no other statement: %s', (_, declared, statement) => {
    const source = `import { log, later, make, start } from './log.js';\n${declared}\nfunction main() {}\n${statement}\n`;
    expect(slice(source, '/main.ts', imported).code).not.toContain(statement.slice(0, 8));
  });

  it('of the task itself has no statement that changes what it has', () => {
    const source = `export const table: any = {};\ntable.a = 1;\nexport function task() { return table; }\n`;
    expect(slice(source, '/main.ts', { ...tasksOnly, copies: true }).code).not.toContain('table.a');
    expect(slice(source, '/main.ts', entry).code).not.toContain('table.a');
    expect(slice(source, '/main.ts', imported).code).toContain('table.a');
  });

  it('of the entry has only exports that start nothing', async () => {
    const module = await run(program, entry);
    expect(module.log).toEqual(['text']);
    expect(module).not.toHaveProperty('default');
    expect(call(module, 'exported', 'abcdef')).toBe('abc');
    expect(module.url).toMatch(/^file:.*main\.ts$/);
  });

  it('maps the statements that it has back', async () => {
    const source = `start();
export const table: Record<string, () => void> = {};
start();
table.fail = () => {
  throw new Error('here');
};`;
    const { code, map } = slice(source, '/main.ts', imported);
    const { SourceMap } = await import('node:module');
    const lines = code.split('\n');
    const line = lines.findIndex((text) => text.includes('throw new'));
    const column = lines[line]?.indexOf('throw') ?? 0;
    expect(new SourceMap(JSON.parse(map.toString())).findEntry(line, column)).toMatchObject({
      originalLine: 4,
    });
  });

  it('passes on the exports of other modules', async () => {
    const module = await run(
      {
        'main.ts': `export { a } from './a.js'; export * from './b.js'; start();`,
        'a.ts': 'export const a = 1;',
        'b.ts': 'export const b = 2;',
      },
      imported,
    );
    expect(module).toMatchObject({ a: 1, b: 2 });
  });
});

describe('a module that only declares', () => {
  const source = {
    'main.ts': `import './effects.js';
import { log } from './log.js';
const table = new Map([['a', 1]]);
const look = (key: string) => table.get(key);
export function start(bg: { add(...args: unknown[]): void }) { bg.add((key: string) => look(key), 'a'); }
export const url = import.meta.url;
export { log };`,
    'log.ts': program['log.ts'],
    'effects.ts': program['effects.ts'],
  };

  it('stays whole', async () => {
    const module = await run(source, imported);
    expect(module.log).toEqual(['effects']);
    expect(module.url).toMatch(/main\.js$/);
    expect(call(module, '$offstage_look', 'a')).toBe(1);
    expect(call(module, inline(module)[0] ?? '', 'a')).toBe(1);
  });

  it('is sliced where it is the entry', async () => {
    const module = await run(source, entry);
    expect(module.log).toEqual([]);
    expect(call(module, '$offstage_look', 'a')).toBe(1);
  });
});

describe('classes', () => {
  it('are declared under the URL of their module, with the types of their constructors', async () => {
    const source = `function mark(_: unknown) {}
class Config {}
@mark class Stats { constructor(readonly config: Config) {} }
class Unused { constructor(config: Config) {} }
export function task() { return Stats; }
start();`;
    const module = await run({ 'main.ts': source }, tasksOnly);
    const stats = call(module, '$offstage_task') as object; // the class
    const declaration = runtime.declarationOf(stats);
    expect(declaration).toMatchObject({
      name: 'Stats',
      kind: 'class',
      module: expect.stringMatching(/main\.ts$/),
    });
    expect(declaration?.tokens()).toEqual([expect.objectContaining({ name: 'Config' })]);
    expect(runtime.classByKey(runtime.exportKey(declaration?.module ?? '', 'Stats'))).toBe(stats);
    expect(slice(source, '/main.ts', tasksOnly).code).not.toContain('Unused');
  });
});

describe('what is cut out of a statement', () => {
  const cases: readonly [string, string, string][] = [
    ['first declarators', 'const a = start(), b = 1;', 'const b = 1;'],
    ['middle declarators', 'const b = 1, a = start(), c = 2;', 'const b = 1, c = 2;'],
    ['last declarators', 'const b = 1, a = start();', 'const b = 1;'],
    ['named imports', "import { x, b, y } from 'm';", "import { b } from 'm';"],
    ['a default import', "import x, { b } from 'm';", "import { b } from 'm';"],
    ['all beside a default import', "import b, { x, y } from 'm';", "import b from 'm';"],
    ['a namespace', "import b, * as x from 'm';", "import b from 'm';"],
    [
      'relative imports for effects',
      "import './x.js'; import 'bare'; const b = 1;",
      " import 'bare'; const b = 1;",
    ],
    ['lists of exports', 'const a = start(), b = 1; export { a as x, a as y, };', 'const b = 1;'],
    ['exports', 'const a = start(), b = 1; export { a, b };', 'const b = 1; export { b };'],
  ];
  it.each(cases)('%s', (_, statement, kept) => {
    const { code } = slice(
      `${statement}\nexport function task() { return [b, typeof c]; }\nstart();`,
      '/m.js',
      tasksOnly,
    );
    const normal = (text: string) =>
      text
        .replace(/\$offstage_declare\(.*?\}\); ?/g, '')
        .replace(/\s*;\s*/g, ';')
        .replace(/\s+/g, ' ')
        .replace(/, (?=\})/g, ' ')
        .trim();
    expect(normal(code)).toContain(normal(kept));
    expect(code).not.toMatch(/\bstart\(|\bx\b|\by\b/);
  });
});
