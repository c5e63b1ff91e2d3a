import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-packages-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');

/** Classes of the same names in files of the same names. */
const source = (name: string) => `import { Background, inject, singleton } from 'offstage';
@singleton({ threads: 'local' })
export class Cache { name() { return 'cache of ${name}'; } }
export class RefusalError extends Error {}
function look(cache: Cache) { return cache.name(); }
function refuse() { throw new RefusalError('refusal of ${name}'); }
export const looked = inject(async (bg: Background) => (await bg.add(look)).result);
export const refused = inject(async (bg: Background) => {
  const error: unknown = await (await bg.add(refuse)).result.catch((error: unknown) => error);
  return error instanceof RefusalError && error.message;
});
`;

function writePackage(name: string) {
  mkdirSync(join(folder, name, 'src'), { recursive: true });
  writeFileSync(
    join(folder, name, 'package.json'),
    `{ "name": "${name}", "version": "1.0.0", "type": "module" }`,
  );
  writeFileSync(join(folder, name, 'src/index.ts'), source(name));
}
writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "experimentalDecorators": true } }');
writePackage('lib');
writePackage('app');

test.each(['rollup', 'rolldown', 'vite', 'esbuild'] as const)(
  '%s: a class of one package is not taken for one of another that is named alike',
  async (name) => {
    const before = process.cwd();
    for (const each of ['lib', 'app']) {
      process.chdir(join(folder, each)); // each is built for itself
      await bundlers[name]({
        folder: join(folder, each),
        entry: 'src/index.ts',
        output: join(folder, each, name),
      });
    }
    process.chdir(before);
    const main = join(folder, `main-${name}.mjs`);
    writeFileSync(
      main,
      `import * as lib from './lib/${name}/index.js';
import * as app from './app/${name}/index.js';
for (const { refused } of [lib, app]) console.log(await refused());
for (const { looked } of [lib, app]) console.log(await looked());
`,
    );
    const { stdout, stderr } = await runNode([main]);
    expect(stdout).toBe('refusal of lib\nrefusal of app\ncache of lib\ncache of app\n');
    expect(stderr).not.toContain('event loop');
  },
  60_000,
);
