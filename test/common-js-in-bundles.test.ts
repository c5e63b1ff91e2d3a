import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

const legacy = `const handlers = new Set();
handlers.add((s) => s);
class LegacyError extends Error {}
function pad(s) { if (!s) throw new LegacyError('empty'); return s.padStart(3, '.'); }
for (const handler of handlers) handler('');
module.exports = { pad };
`;
/** CommonJS by its ending, by its package, by what it requires, and of a package of the workspace. */
const files: Record<string, string> = {
  'src/legacy.cjs': legacy,
  'old/package.json': '{ "type": "commonjs" }',
  'old/legacy.js': legacy,
  'old/outer.js': `exports.twice = (s) => require('./legacy.js').pad(s) + require('./legacy.js').pad(s);\n`,
  'pads/package.json': '{ "main": "./index.js" }',
  'pads/index.js': legacy,
  'src/program.ts': `import { Background, inject } from 'offstage';
import outer from '../old/outer.js';
import pads from '@acme/pads';
import legacy from './legacy.cjs';
function label(s: string) { return legacy.pad(s) + outer.twice(s) + pads.pad(s); }
await inject(async (bg: Background) => {
  console.log(label('z'), await (await bg.add(label, 'z')).result);
})();
`,
  // A program with neither imports nor exports.
  'src/script.ts': `const seen: string[] = [];
class Seen { constructor(readonly at: Date) {} }
await Promise.resolve();
seen.push(Seen.name);
console.log(seen.join());
`,
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{}',
};

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-commonjs-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
mkdirSync(join(folder, 'node_modules/@acme'), { recursive: true });
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
symlinkSync('../../pads', join(folder, 'node_modules/@acme/pads'), 'dir');

// By itself, Rollup knows no CommonJS.
describe.each(['vite', 'rolldown', 'esbuild', 'webpack', 'rspack'] as const)('%s', (name) => {
  const run = async (program: string) => {
    const output = join(folder, `${name}-${program}`);
    await bundlers[name]({ folder, entry: `src/${program}.ts`, output });
    return await runNode([join(output, `${program}.js`)]);
  };

  test('CommonJS of the program is there as it is, on threads too', async () => {
    const { stdout } = await run('program');
    expect(stdout).toBe('..z..z..z..z ..z..z..z..z\n');
  }, 60_000);

  test('a program without imports runs as before', async () => {
    expect(await run('script')).toMatchObject({ stdout: 'Seen\n', stderr: '' });
  }, 60_000);
});
