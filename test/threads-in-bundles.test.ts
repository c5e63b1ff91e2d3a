import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild, type PluginBuild } from 'esbuild';
import offstage from 'offstage/esbuild';
import bundledByRolldown from 'offstage/rolldown';
import bundledByRollup from 'offstage/rollup';
import bundledByVite from 'offstage/vite';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { build } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

/** Sync tasks of every origin, in a program whose entry and modules do something when they are loaded. */
const files: Record<string, string> = {
  'src/app.ts': `
import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
import { type Stats, square } from './tasks/index.js';
import * as all from './tasks/index.js';
import cube from './tasks/cube.js';

console.log(\`app on the main thread: \${isMainThread}\`);
const factor = 2;
function double(stats: Stats, n: number): { value: number; thread: boolean } {
  stats.count(1);
  return { value: n * factor, thread: !isMainThread };
}
const main = inject(async (bg: Background, stats: Stats, n: number) => {
  const handles = [
    await bg.add(double, n),
    await bg.add((n: number) => ({ value: n + factor, thread: !isMainThread }), n),
    await bg.add(square, n),
    await bg.add(all.half, n),
    await bg.add(cube, n),
  ];
  const results = await Promise.all(handles.map(({ result }) => result));
  console.log(JSON.stringify({ results, total: stats.total }));
});
await main(6);
`,
  'src/tasks/index.ts': `
export { half, square } from './powers.js';
export { Stats } from './stats.js';
`,
  'src/tasks/stats.ts': `
import { singleton } from 'offstage';
@singleton
export class Stats {
  total = 0;
  count(n: number) { this.total += n; }
}
`,
  'src/tasks/powers.ts': `
import { isMainThread } from 'node:worker_threads';
import { Stats } from './stats.js';
import { multiply } from './multiply.js';
console.log(\`powers on the main thread: \${isMainThread}\`);
export function square(stats: Stats, n: number) {
  stats.count(1);
  return { value: multiply(n, n), thread: !isMainThread };
}
export function half(n: number) {
  return { value: n / 2, thread: !isMainThread };
}
`,
  'src/tasks/multiply.ts': `export const multiply = (a: number, b: number) => a * b;\n`,
  'src/tasks/cube.ts': `
import { isMainThread } from 'node:worker_threads';
import { multiply } from './multiply.js';
export default function cube(n: number) {
  return { value: multiply(n, multiply(n, n)), thread: !isMainThread };
}
`,
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
};

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');

const values = [12, 8, 36, 3, 216];

describe.each(['rollup', 'rolldown', 'vite', 'esbuild'] as const)('%s', (name) => {
  test('sync tasks run on threads, each side effect once, and singletons are one', async () => {
    const output = join(folder, name);
    await bundlers[name]({ folder, entry: 'src/app.ts', output });
    const ended = await runNode([join(output, 'app.js')]);
    expect(ended.stderr).toBe('');
    const lines = ended.stdout.trim().split('\n');
    expect(lines.slice(0, 2).sort()).toEqual([
      'app on the main thread: true',
      'powers on the main thread: true',
    ]);
    expect(JSON.parse(lines[2] ?? '')).toEqual({
      results: values.map((value) => ({ value, thread: true })),
      total: 2,
    });
    expect(lines).toHaveLength(3);
    expect(
      readdirSync(output, { recursive: true, encoding: 'utf8' }).some((file) => file.includes('tasks')),
    ).toBe(true);
  }, 60_000);
});

test.each(['rollup', 'rolldown', 'vite', 'esbuild'] as const)(
  '%s: files of one name, in several folders, each have their own tasks',
  async (name) => {
    const folders = ['users', 'orders', 'orders/lines'];
    for (const each of folders) {
      mkdirSync(join(folder, 'src', each), { recursive: true });
      writeFileSync(
        join(folder, 'src', each, 'index.ts'),
        `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
export const run = inject(async (bg: Background) => (await bg.add(() => \`${each}: \${isMainThread}\`)).result);
`,
      );
    }
    const imports = folders.map((each, index) => `import { run as run${index} } from './${each}/index.js';`);
    const app = `${imports.join('\n')}\nconsole.log(await run0(), await run1(), await run2());\n`;
    writeFileSync(join(folder, 'src/index.ts'), app);
    const output = join(folder, `${name}-names`);
    await bundlers[name]({ folder, entry: 'src/index.ts', output });
    expect(await runNode([join(output, 'index.js')])).toMatchObject({
      stdout: 'users: false orders: false orders/lines: false\n',
      stderr: '',
    });
  },
  60_000,
);

test.each(['rollup', 'rolldown', 'vite', 'esbuild'] as const)(
  '%s: what uses the state of another module stays on the main thread, and a warning says so',
  async (name) => {
    writeFileSync(
      join(folder, 'src/state.ts'),
      'export let calls = 0;\nexport function count(by: number) { calls += by; return calls; }\n',
    );
    writeFileSync(
      join(folder, 'src/counting.ts'),
      `import { type Background, inject } from 'offstage';
import { calls, count } from './state.js';
const main = inject(async (bg: Background) => (await bg.add(count, 2)).result);
console.log(await main(), calls);
`,
    );
    const output = join(folder, `${name}-counting`);
    await bundlers[name]({ folder, entry: 'src/counting.ts', output });
    const { stdout, stderr } = await runNode([join(output, 'counting.js')]);
    expect(stdout).toBe('2 2\n');
    expect(stderr).toContain('runs on the event loop: it uses calls');
  },
  60_000,
);

describe.each(['register', 'rollup', 'rolldown', 'vite', 'esbuild'] as const)('%s', (name) => {
  const run = async (program: string) => {
    const output = join(folder, `${name}-${program}`);
    if (name !== 'register') await bundlers[name]({ folder, entry: `src/${program}.ts`, output });
    const { stdout, stderr } = await runNode(
      name === 'register'
        ? ['--import', 'offstage/register', join(folder, `src/${program}.ts`)]
        : [join(output, `${program}.js`)],
    );
    return { lines: stdout.trim().split('\n'), stderr };
  };

  test('what inject has wrapped runs on threads as what it wraps does', async () => {
    writeFileSync(
      join(folder, 'src/service.ts'),
      `import { singleton } from 'offstage';
@singleton
export class Service { get() { return 1; } }
`,
    );
    writeFileSync(
      join(folder, 'src/elsewhere.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { inject } from 'offstage';
import type { Service } from './service.js';
export const elsewhere = inject((s: Service, n: number) => [!isMainThread, s.get(), n]);
`,
    );
    writeFileSync(
      join(folder, 'src/wrapped.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { Background, inject } from 'offstage';
import { elsewhere } from './elsewhere.js';
import { Service } from './service.js';
const here = inject((s: Service, n: number) => [!isMainThread, s.get(), n]);
function work(s: Service, n: number) { return [!isMainThread, s.get(), n]; }
const worked = inject(work);
await inject(async (bg: Background) => {
  const handles = [
    await bg.add(here, 1),
    await bg.add(worked, 2),
    await bg.add(inject([Service], (s, n: number) => [!isMainThread, s.get(), n]), 3),
    await bg.add(elsewhere, 4),
  ];
  for (const { result } of handles) console.log((await result).join(' '));
})();
`,
    );
    const lines = ['true 1 1', 'true 1 2', 'true 1 3', 'true 1 4'];
    expect(await run('wrapped')).toEqual({ lines, stderr: '' });
  }, 60_000);

  test('a task may import what the file that adds it exports', async () => {
    writeFileSync(
      join(folder, 'src/jobs.ts'),
      `import { type Background, inject } from 'offstage';
import { work } from './work.js';
export const factor = 3;
export const run = inject(async (bg: Background, n: number) => (await bg.add(work, n)).result);
console.log('jobs');
`,
    );
    writeFileSync(
      join(folder, 'src/work.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { factor } from './jobs.js';
export function work(n: number) { return \`\${n * factor} on the main thread: \${isMainThread}\`; }
`,
    );
    writeFileSync(
      join(folder, 'src/circle.ts'),
      "import { run } from './jobs.js';\nconsole.log(await run(2));\n",
    );
    expect(await run('circle')).toEqual({ lines: ['jobs', '6 on the main thread: false'], stderr: '' });
  }, 60_000);

  test('a function of the file is an argument of a task', async () => {
    writeFileSync(
      join(folder, 'src/passed.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
function sorted(words: string[], compare: (a: string, b: string) => number) {
  return [isMainThread, ...words.sort(compare)].join(' ');
}
function down(a: string, b: string) { return a < b ? 1 : -1; }
const up = (a: string, b: string) => (a < b ? -1 : 1);
await inject(async (bg: Background) => {
  console.log(await (await bg.add(sorted, ['b', 'c', 'a'], down)).result);
  console.log(await (await bg.add(sorted, ['b', 'c', 'a'], up)).result);
})();
`,
    );
    expect(await run('passed')).toEqual({ lines: ['false c b a', 'false a b c'], stderr: '' });
  }, 60_000);

  test("with on: 'thread', what has a state of its module sees a copy of it, and nothing else does", async () => {
    writeFileSync(
      join(folder, 'src/shared-state.ts'),
      `import { isMainThread } from 'node:worker_threads';
const all: string[] = [];
console.log('loaded on the main thread: ' + isMainThread);
export function listed(name: string) {
  all.push(name);
  return [isMainThread, ...all].join(' ');
}
`,
    );
    writeFileSync(
      join(folder, 'src/copied.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { Background } from 'offstage';
import { listed } from './shared-state.js';
const memo = new Map<string, number>();
console.log('begins');
function count(key: string) {
  memo.set(key, 1);
  return [isMainThread, memo.size].join(' ');
}
function pure(key: string) { return [isMainThread, key].join(' '); }
const bg = new Background({ maxWorkers: 1 });
const copying = bg.with({ on: 'thread' });
const show = async (task: Promise<{ result: Promise<unknown> }>) => console.log(await (await task).result);
memo.set('here', 1);
await show(copying.add(count, 'a'));
await show(copying.add(count, 'b'));
await show(copying.add((key: string) => [isMainThread, memo.has('a'), key].join(' '), 'c'));
await show(copying.add(listed, 'd'));
await show(bg.add(pure, 'e'));
console.log(memo.size);
`,
    );
    const { lines, stderr } = await run('copied');
    const loaded = lines.filter((line) => line.startsWith('loaded'));
    expect([loaded, stderr]).toEqual([['loaded on the main thread: true'], '']);
    expect(lines.filter((line) => !loaded.includes(line))).toEqual([
      ...['begins', 'false 1', 'false 2', 'false true c', 'false d', 'false e', '1'],
    ]);
  }, 60_000);

  // By itself, Rollup finds no packages.
  if (name !== 'rollup')
    test('a function of another package of the workspace runs on threads', async () => {
      const images = join(folder, 'images');
      mkdirSync(join(images, 'src'), { recursive: true });
      const exported = '{ ".": "./src/index.ts", "./*": { "default": "./src/*.ts" } }';
      writeFileSync(join(images, 'package.json'), `{ "type": "module", "exports": ${exported} }`);
      writeFileSync(
        join(images, 'src/index.ts'),
        `import { isMainThread } from 'node:worker_threads';
export const doubled = (n: number): unknown[] => [!isMainThread, n * 2];
`,
      );
      mkdirSync(join(folder, 'node_modules/@acme'), { recursive: true });
      const link = join(folder, 'node_modules/@acme/images');
      if (!existsSync(link)) symlinkSync('../../images', link, 'dir');
      writeFileSync(
        join(folder, 'src/linked.ts'),
        `import { doubled } from '@acme/images';
import { type Background, inject } from 'offstage';
await inject(async (bg: Background) => console.log(...(await (await bg.add(doubled, 5)).result)))();
`,
      );
      expect(await run('linked')).toEqual({ lines: ['true 10'], stderr: '' });
    }, 60_000);
});

test('vite: CommonJS finds its tasks, too', async () => {
  writeFileSync(
    join(folder, 'src/common.ts'),
    `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
function square(n: number) { return \`\${n * n} \${isMainThread}\`; }
export const main = inject(async (bg: Background) => (await bg.add(square, 3)).result);
main().then(console.log);
`,
  );
  const names = { entryFileNames: '[name].cjs', chunkFileNames: 'parts/[name].cjs' };
  const common = {
    root: folder,
    configFile: false as const,
    logLevel: 'error' as const,
    plugins: [bundledByVite()],
  };
  const entry = join(folder, 'src/common.ts');
  const outDir = join(folder, 'vite-common');
  const rolldownOptions = { output: { format: 'cjs' as const, ...names } };
  await build({ ...common, build: { ssr: entry, outDir, rolldownOptions } });
  const libDir = join(folder, 'vite-library');
  const lib = { entry, formats: ['es' as const, 'cjs' as const] };
  const external = [/^node:/, /^offstage/];
  await build({ ...common, build: { lib, outDir: libDir, rolldownOptions: { external } } });
  const files = [join(outDir, 'common.cjs'), ...readdirSync(libDir).map((file) => join(libDir, file))];
  const entries = files.filter((file) => !file.includes('.tasks'));
  expect(entries).toHaveLength(3);
  for (const file of entries)
    expect(await runNode([file]), file).toMatchObject({ stdout: '9 false\n', stderr: '' });
}, 60_000);

test('esbuild: a program that is given as text finds the tasks of its files', async () => {
  writeFileSync(
    join(folder, 'src/square.ts'),
    `import { type Background, inject } from 'offstage';
function square(n: number) { return n * n; }
export const main = inject(async (bg: Background) => (await bg.add(square, 3)).result);
`,
  );
  const outfile = join(folder, 'stdin/app.mjs');
  await esbuild({
    stdin: {
      contents: "import { main } from './src/square.js'; main().then(console.log);",
      resolveDir: folder,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    plugins: [offstage()],
  });
  expect(await runNode([outfile])).toMatchObject({ stdout: '9\n', stderr: '' });
}, 60_000);

test.each([
  ['rollup', rollup, bundledByRollup()],
  ['rolldown', rolldown, bundledByRolldown()],
] as const)(
  '%s: where one file is asked for, tasks are refused with what to write',
  async (_, bundler, plugin) => {
    const program = `function square(n) { return n * n; }
export const main = async (bg) => (await bg.add(square, 3)).result;
`;
    writeFileSync(join(folder, 'src/plain.js'), program);
    const bundle = await bundler({ input: join(folder, 'src/plain.js'), plugins: [plugin] });
    await expect(bundle.write({ file: join(folder, 'one/app.js') })).rejects.toThrow(
      /the tasks of .*src\/plain\.js need a file of their own, which output\.file leaves no room for\n.*output\.dir/,
    );
    await expect(bundle.write({ dir: join(folder, 'one'), inlineDynamicImports: true })).rejects.toThrow(
      /which output\.inlineDynamicImports leaves no room for\n.*output\.dir/,
    );
  },
  60_000,
);

test.each([
  ['shortens', false],
  ['keeps', true],
])(
  'a minifier that %s names does so to those of tasks, which run on threads all the same',
  async (_, keepNames) => {
    writeFileSync(
      join(folder, 'src/minified.ts'),
      `import { isMainThread } from 'node:worker_threads';
import { Background } from 'offstage';
function onThread() { return !isMainThread; }
await using bg = new Background();
const task = await bg.add(onThread);
console.log(await task.result, task.name === 'on' + 'Thread');
`,
    );
    const output = join(folder, `minified-${keepNames}`);
    await esbuild({
      absWorkingDir: folder,
      entryPoints: ['src/minified.ts'],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      outdir: output,
      minify: true,
      keepNames,
      plugins: [offstage()],
    });
    const { stdout } = await runNode([join(output, 'minified.js')]);
    expect(stdout).toBe(`true ${keepNames}\n`);
  },
  60_000,
);

test.each(['rolldown', 'vite', 'esbuild'] as const)(
  '%s compiles what threads load by its settings, as the rest, and other plugins meet it by the ending of its file',
  async (name) => {
    const own = join(folder, 'settings');
    const written: Record<string, string> = {
      'tsconfig.json': `{ "compilerOptions": {
  "jsx": "react-jsx", "jsxImportSource": "tiny-jsx", "experimentalDecorators": true, "useDefineForClassFields": false
} }`,
      'node_modules/tiny-jsx/package.json': `{ "type": "module", "exports": { "./*": "./index.js" } }`,
      'node_modules/tiny-jsx/index.js':
        "export const jsx = (tag, { children }) => '<' + tag + '>' + children;\nexport { jsx as jsxDEV };\n",
      'app.tsx': `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
class Point {
  declared!: number;
  constructor(given: object) { Object.assign(this, given); }
  later!: number;
}
class Late extends Point { override declared!: number; }
function render(name: string) {
  const text = String(<b>{name}</b>);
  return \`\${text} \${new Late({ declared: 3 }).declared} $VERSION$ \${isMainThread}\`;
}
console.log(render('here'));
console.log(await inject(async (bg: Background) => (await bg.add(render, 'there')).result)());
`,
    };
    for (const [file, text] of Object.entries(written)) {
      mkdirSync(dirname(join(own, file)), { recursive: true });
      writeFileSync(join(own, file), text);
    }
    const versions = {
      name: 'versions',
      transform: (code: string, id: string) =>
        id.endsWith('.tsx') ? code.replaceAll('$VERSION$', '1.2') : null,
    };
    const entry = join(own, 'app.tsx');
    const output = join(own, name);
    if (name === 'esbuild') {
      const plugins = [offstage()];
      await esbuild({
        entryPoints: [entry],
        bundle: true,
        platform: 'node',
        format: 'esm',
        outdir: output,
        plugins,
      });
    } else if (name === 'vite') {
      const config = { root: own, configFile: false, logLevel: 'error' } as const;
      await build({ ...config, plugins: [bundledByVite(), versions], build: { ssr: entry, outDir: output } });
    } else {
      const plugins = [bundledByRolldown(), versions];
      const tsconfig = join(own, 'tsconfig.json');
      const bundle = await rolldown({ input: entry, platform: 'node', plugins, tsconfig });
      await bundle.write({ dir: output });
    }
    const version = name === 'esbuild' ? '$VERSION$' : '1.2';
    expect(await runNode([join(output, 'app.js')])).toMatchObject({
      stdout: `<b>here 3 ${version} true\n<b>there 3 ${version} false\n`,
      stderr: '',
    });
  },
  60_000,
);

test('vite compiles decorators without a tsconfig.json', async () => {
  const bare = join(folder, 'bare');
  mkdirSync(bare);
  writeFileSync(
    join(bare, 'app.ts'),
    `import { inject, singleton } from 'offstage';
@singleton
class Mailer {
  send(to: string) { return \`mail to \${to}\`; }
}
console.log(inject((mailer: Mailer, to: string) => mailer.send(to))('ada'));
`,
  );
  writeFileSync(join(bare, 'tsconfig.json'), '{}'); // so that none further up is found
  await bundlers.vite({ folder: bare, entry: 'app.ts', output: join(bare, 'out') });
  expect(await runNode([join(bare, 'out/app.js')])).toMatchObject({ stdout: 'mail to ada\n', stderr: '' });
}, 60_000);

test.each([
  ['a nested outdir', { outdir: 'esbuild-maps/deep/out' }, 'esbuild-maps/deep/out/fails.js'],
  ['an outfile', { outfile: 'esbuild-maps/file/fails.mjs' }, 'esbuild-maps/file/fails.mjs'],
  [
    'a folder of assets',
    { outdir: 'esbuild-maps/assets', assetNames: 'assets/tasks/[name]-[hash]' },
    'esbuild-maps/assets/fails.js',
  ],
] as const)(
  'esbuild maps the tasks of a thread to their sources, with %s',
  async (_, output, bundle) => {
    const source = join(folder, 'src/fails.ts');
    writeFileSync(
      source,
      `import { type Background, inject } from 'offstage';
function fail(n: number): void {
  throw new Error(\`no \${n}\`);
}
const main = inject(async (bg: Background) => (await bg.add(fail, 1)).result);
await main().catch((error) => console.log(error.stack));
`,
    );
    const common = {
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
    } as const;
    await esbuild({
      ...common,
      absWorkingDir: folder,
      entryPoints: ['src/fails.ts'],
      plugins: [offstage()],
      ...output,
    });
    const { stdout } = await runNode(['--enable-source-maps', join(folder, bundle)]);
    expect(stdout).toContain(`${source}:3:9`);
  },
  60_000,
);

describe.each(['webpack', 'rspack'] as const)('%s', (name) => {
  test('sync tasks run on the event loop, and the build says so', async () => {
    const output = join(folder, name);
    const told = await bundlers[name]({ folder, entry: 'src/app.ts', output });
    expect(told).toMatch(/offstage.*Sync tasks.*src\/app\.ts.*run on the event loop/s);
    const ended = await runNode([join(output, 'app.js')]);
    const line = ended.stdout.split('\n').find((text) => text.startsWith('{')) ?? '';
    expect(JSON.parse(line)).toEqual({
      results: values.map((value) => ({ value, thread: false })),
      total: 2,
    });
    const remedies = ended.stderr.match(
      /Bundles of webpack and Rspack have no threads: say \{ on: 'loop' \} there\./g,
    );
    expect(remedies).toHaveLength(5);
  }, 60_000);
});

test('esbuild: the file of the tasks is whole, beside assets, legal comments and what other plugins do at the end', async () => {
  writeFileSync(join(folder, 'src/model.bin'), 'a model');
  writeFileSync(
    join(folder, 'src/assets.ts'),
    `import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
import model from './model.bin';
/*! of the licence */
function read() {
  return [isMainThread, readFileSync(new URL(model, import.meta.url), 'utf8')].join(' ');
}
console.log(await inject(async (bg: Background) => (await bg.add(read)).result)());
`,
  );
  const ends: unknown[] = [];
  const outdir = join(folder, 'assets');
  await esbuild({
    entryPoints: [join(folder, 'src/assets.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir,
    loader: { '.bin': 'file' },
    legalComments: 'linked',
    sourcemap: 'external',
    plugins: [
      offstage(),
      { name: 'ends', setup: (build: PluginBuild) => build.onEnd(() => void ends.push(existsSync(outdir))) },
    ],
  });
  expect(await runNode([join(outdir, 'assets.js')])).toMatchObject({ stdout: 'false a model\n', stderr: '' });
  expect(ends).toEqual([true]);
  const tasks = readdirSync(outdir).filter((file) => file.includes('.tasks'));
  expect(tasks.map((file) => readFileSync(join(outdir, file), 'utf8').includes('sourceMappingURL'))).toEqual([
    false,
  ]);
}, 60_000);

test('esbuild: other plugins begin with what threads load, too, and resolve what it imports, but not where it begins', async () => {
  writeFileSync(
    join(folder, 'src/resolved.ts'),
    `import { type Background, inject } from 'offstage';
import { multiply } from './tasks/multiply.js';
import { five } from 'virtual:five';
function work(n: number) { return multiply(n, five); }
console.log(await inject(async (bg: Background) => (await bg.add(work, 3)).result)());
`,
  );
  const resolves = {
    name: 'resolves',
    setup(build: PluginBuild) {
      const texts = new Map<string, string>();
      build.onStart(() => void texts.set('virtual:five', 'export const five = 5;'));
      build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'texts' }));
      build.onLoad({ filter: /.*/, namespace: 'texts' }, ({ path }) => ({ contents: texts.get(path) ?? '' }));
      build.onResolve({ filter: /^[./]/ }, ({ path, resolveDir }) => {
        const file = join(path.startsWith('/') ? '' : resolveDir, path).replace(/\.js$/, '.ts');
        return existsSync(file) ? { path: file } : { errors: [{ text: `there is no ${path}` }] };
      });
    },
  };
  const outdir = join(folder, 'resolved');
  const entryPoints = [join(folder, 'src/resolved.ts')];
  const plugins = [offstage(), resolves];
  await esbuild({ entryPoints, bundle: true, platform: 'node', format: 'esm', outdir, plugins });
  expect(await runNode([join(outdir, 'resolved.js')])).toMatchObject({ stdout: '15\n', stderr: '' });
}, 60_000);
