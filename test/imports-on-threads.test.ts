import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
for (const name of ['vite', 'tsx'])
  symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');

const files: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'index.ts': 'export const ofParent = 1;',
  'tasks/index.ts': 'export const ofFolder = 2;',
  'tasks/helper.ts': `import { ofParent } from '..'; export const helper = (n: number) => n + ofParent;`,
  'tasks/money.service.ts': 'export const price = 3;',
  'tasks/tables/index.ts': `import { ofFolder } from '..'; export const table = [ofFolder, 4];`,
  'tasks/rates.json': '{ "EUR": 5, "in words": "five", "default": 0 }',
  'tasks/bundled.ts': `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
import { helper } from './helper';
import { price } from './money.service';
import { table } from './tables';
function work(n: number) { return [helper(n), price, table, isMainThread]; }
export const main = inject(async (bg: Background) => JSON.stringify(await (await bg.add(work, 1)).result));
`,
  'tasks/json.ts': `import { type Background, inject } from 'offstage';
import rates, { EUR } from './rates.json';
function work() { return [rates, EUR]; }
export const main = inject(async (bg: Background) => JSON.stringify(await (await bg.add(work)).result));
`,
  'tasks/alias.ts': `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
import { price } from '@/money.service';
import { ofFolder } from '@';
import { table } from 'all/tables.js';
import rates from '~rates';
import { basename } from 'node:querystring';
import { token } from 'old-offstage';
function work() { return [price, ofFolder, table, rates.EUR, basename('a/b'), token('c').name, isMainThread]; }
export const main = inject(async (bg: Background) => JSON.stringify(await (await bg.add(work)).result));
`,
  'tasks/fake.ts': `import { basename as real } from 'node:path';
export const basename = (path: string) => 'fake ' + real(path);
`,
  'tasks/unknown.ts': `import { type Background, inject } from 'offstage';
import { price } from 'virtual:prices';
function work() { return price; }
export const main = inject(async (bg: Background) => (await bg.add(work)).result);
`,
  'commonjs/package.json': '{}',
  'commonjs/main.ts': `import { type Background, inject } from 'offstage';
import { byHand, seen } from './tasks';
async function main(bg: Background) {
  const results = [bg.add(seen, 1), bg.add(byHand, 2)].map(async (adding) => (await adding).result);
  console.log(JSON.stringify(await Promise.all(results)));
}
inject(main)();
`,
  'commonjs/tasks.ts': `import { isMainThread } from 'node:worker_threads';
import { task } from 'offstage';
export function seen(n: number) { return [n, isMainThread]; }
export const byHand = task(import.meta.url, 'byHand', (n: number) => [n, isMainThread]);
`,
  'main.ts': `import { main } from './tasks/bundled';\nconsole.log(await main());\n`,
  'dev.mjs': `import { createServer } from 'vite';
import offstage from 'offstage/vite';
const root = import.meta.dirname;
const server = await createServer({
  root, configFile: false, logLevel: 'error', appType: 'custom', server: { middlewareMode: true, watch: null },
  plugins: [offstage(), {
    name: 'prices',
    resolveId: (id) => (id === 'virtual:prices' ? '\\0prices' : null),
    load: (id) => (id === '\\0prices' ? 'export const price = 3;' : null),
  }],
  resolve: { alias: [
    { find: '@', replacement: root + '/tasks' },
    { find: /^all\\/(.*)\\.js$/, replacement: '/tasks/$1' },
    { find: '~rates', replacement: root + '/tasks/rates.json' },
    { find: 'node:querystring', replacement: root + '/tasks/fake.ts' },
    { find: 'old-offstage', replacement: 'offstage' },
  ] },
});
const { main } = await server.ssrLoadModule('/tasks/' + process.argv[2] + '.ts');
console.log(await main().catch((error) => error.name + ': ' + error.message));
await server.close();
`,
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const withVite = (module: string) => runNode([join(folder, 'dev.mjs'), module]);

test("Vite's dev server: a thread follows imports without an ending, and those of folders", async () => {
  expect(await withVite('bundled')).toMatchObject({ stdout: '[2,3,[2,4],false]\n', stderr: '' });
});

test("Vite's dev server: JSON has its members as exports on a thread, too", async () => {
  const { stdout } = await withVite('json');
  expect(JSON.parse(stdout)).toEqual([{ EUR: 5, 'in words': 'five', default: 0 }, 5]);
});

test("Vite's dev server: a thread follows aliases", async () => {
  expect(await withVite('alias')).toMatchObject({ stdout: '[3,2,[2,4],5,"fake b","c",false]\n', stderr: '' });
});

test("Vite's dev server: what a plugin makes a thread does not know, and says so", async () => {
  const { stdout } = await withVite('unknown');
  expect(stdout).toMatch(/^TaskNotFoundError: the task work: .*unknown\.ts cannot be loaded .*virtual:/);
  expect(stdout).toContain('imports of a package.json');
});

const orders = [
  ['before', ['offstage/register', 'tsx']],
  ['after', ['tsx', 'offstage/register']],
] as const;

test.each(orders)('offstage/register %s tsx: a thread loads what CommonJS imports', async (_, preloads) => {
  const imports = preloads.flatMap((name) => ['--import', import.meta.resolve(name)]);
  expect(await runNode([...imports, join(folder, 'commonjs/main.ts')])).toMatchObject({
    stdout: '[[1,false],[2,false]]\n',
    stderr: '',
  });
});

test.each(orders)(
  'offstage/register %s tsx: a thread follows imports without an ending, too',
  async (_, preloads) => {
    const imports = preloads.flatMap((name) => ['--import', import.meta.resolve(name)]);
    expect(await runNode([...imports, join(folder, 'main.ts')])).toMatchObject({
      stdout: '[2,3,[2,4],false]\n',
    });
  },
);
