import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'offstage/transform';
import { afterAll, describe, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

/** A module that is there for the compiler alone, for each way to name one; beside it a class behind an alias. */
const files: Record<string, string> = {
  'package.json': `{ "type": "module", "imports": {
  "#types/*": "./types/*",
  "#named": { "types": "./types/api.d.ts", "default": "./types/api.d.ts" },
  "#code/*": "./src/*"
} }`,
  'tsconfig.json': `{ "compilerOptions": {
  "experimentalDecorators": true, "paths": { "@app/types/*": ["./types/*"] }
} }`,
  'types/api.d.ts': 'export interface Api { routes: string[] }\n',
  'src/ambient.d.ts': "declare module '@generated/schema' { export interface Api { routes: string[] } }\n",
  'src/config.ts': `import { singleton } from 'offstage';
@singleton
export class Config { v = 1; }
`,
};
/** Packages that run, and have paths that hold declarations alone. */
const declaration = files['types/api.d.ts'] ?? '';
for (const name of [
  'plain/types/api.d.ts',
  'plain/all/index.d.ts',
  'exporting/types.d.ts',
  'exporting/deep/api.d.ts',
])
  files[`node_modules/${name}`] = declaration;
for (const name of ['plain', 'exporting'])
  files[`node_modules/${name}/index.js`] = 'export const runs = true;\n';
files['node_modules/plain/package.json'] = '{ "type": "module", "main": "./index.js" }';
files['node_modules/exporting/package.json'] = `{ "type": "module", "exports": {
  ".": "./index.js",
  "./types": { "types": "./types.d.ts" },
  "./deep/*": { "types": "./deep/*.d.ts", "default": "./deep/*.js" }
} }`;
const paths = ['plain/types/api', 'plain/all', 'exporting/types', 'exporting/deep/api'];
const aliases = ['#types/api.js', '#named', '@app/types/api', '@generated/schema', ...paths];
const syntaxes = ['import type { Api }', 'import { type Api }', 'import { Api }'];

for (const [index, alias] of aliases.entries())
  for (const [kind, syntax] of syntaxes.entries())
    files[`src/app-${index}-${kind}.ts`] = `import { inject } from 'offstage';
${syntax} from '${alias}';
import { Config } from './config.js';
export const answer = async () => {
  const sum = inject(async (config: Config, api: Api) => config.v + api.routes.length);
  return await sum({ routes: [] });
};
`;

/** A type with value syntax, from a module that has values, too; of what nothing names, nothing is kept. */
files['src/models.ts'] = `export interface Order { id: number }
export const limit = 3;
export class Shop { total = 7; }
export class LeftOut { leftOut() {} }
`;
files['src/values.ts'] = `import { basename } from 'node:path';
import { inject, singleton } from 'offstage';
import { limit, Order, Shop } from './models.js';
import { Server } from 'node:http';
singleton(Shop);
const priced = inject((shop: Shop, order: Order, server?: Server) => shop.total + order.id + limit);
console.log(priced({ id: 1 }), basename('a/b'));
`;
files['src/aliased.ts'] = `import { inject } from 'offstage';
import type { Config } from '#code/config.ts';
import { Config as Same } from './config.js';
console.log(await inject(async (config: Config) => config instanceof Same)());
`;

const folder = mkdtempSync(join(tmpdir(), 'offstage-types-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(fileURLToPath(new URL('../', import.meta.url)), join(folder, 'node_modules/offstage'), 'dir');

function program(name: string, indices: readonly string[]): string {
  const asked = indices.map((index) => `console.log(await (await import('./app-${index}.js')).answer());`);
  files[`src/${name}.ts`] = `${asked.join('\n')}\nexport {};\n`;
  return `src/${name}.ts`;
}
const kinds = (index: number, ...of: number[]) => of.map((kind) => `${index}-${kind}`);
const all = aliases.flatMap((_, index) => kinds(index, 0, 1, 2));
/** Node itself cannot tell that an import with value syntax leads nowhere: it is the program's own. */
const loaded = all.filter((index) => !['2-2', '3-2'].includes(index));
const entries = { all: program('all', all), loaded: program('loaded', loaded) };
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const answers = (count: number) => '1\n'.repeat(count);

test('offstage/register', async () => {
  const ended = await runNode(['--import', 'offstage/register', join(folder, entries.loaded)]);
  expect(ended).toMatchObject({ stdout: answers(loaded.length), stderr: '' });
}, 60_000);

describe.each(Object.keys(bundlers) as (keyof typeof bundlers)[])('%s', (name) => {
  test('types without a run time are left out', async () => {
    const output = join(folder, name);
    await bundlers[name]({ folder, entry: entries.all, output });
    const ended = await runNode([join(output, 'all.js')]);
    expect(ended).toMatchObject({ stdout: answers(all.length), stderr: '' });
  }, 60_000);

  // By itself, Rollup follows no alias.
  if (name !== 'rollup')
    test('a class behind an alias is found', async () => {
      const output = join(folder, `${name}-aliased`);
      await bundlers[name]({ folder, entry: 'src/aliased.ts', output });
      expect(await runNode([join(output, 'aliased.js')])).toMatchObject({ stdout: 'true\n', stderr: '' });
    }, 60_000);

  test('a type that is imported beside values is left out, and a class is found', async () => {
    const output = join(folder, `${name}-values`);
    await bundlers[name]({ folder, entry: 'src/values.ts', output, production: true });
    expect(await runNode([join(output, 'values.js')])).toMatchObject({ stdout: '11 b\n', stderr: '' });
    expect(readFileSync(join(output, 'values.js'), 'utf8')).not.toMatch(/leftOut/i);
  }, 60_000);
});

test('a source that is added beside a declaration is seen, as in a dev server', () => {
  const file = join(folder, 'src/added.ts');
  const code = `import { inject } from 'offstage';
import type { Foo } from './foo.ts';
export const ask = inject(async (foo: Foo) => foo);
`;
  writeFileSync(join(folder, 'src/foo.d.ts'), 'export declare class Foo {}\n');
  expect(transform(code, file)?.code).not.toContain('import("./foo.ts")');
  writeFileSync(join(folder, 'src/foo.ts'), 'export class Foo {}\n');
  expect(transform(code, file)?.code).toContain('import("./foo.ts")');
});
