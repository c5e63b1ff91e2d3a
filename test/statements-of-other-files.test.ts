import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

/** What the statements of a file have made of it, another file's task finds on its thread. */
const files: Record<string, string> = {
  'prices.ts': `import { entries } from './entries.js';
export const prices = new Map<string, number>();
export let currency: string | undefined;
for (const [key, value] of entries()) prices.set(key, value);
currency = 'EUR';
export const factors: Record<string, number> = {};
Object.assign(factors, { net: 2 });
console.log('loaded');
`,
  'entries.ts': 'export const entries = () => Object.entries({ a: 1, b: 2 });\n',
  'app.ts': `import { isMainThread } from 'node:worker_threads';
import { Background, inject } from 'offstage';
import { currency, factors, prices } from './prices.js';
function total(items: string[]) {
  const sum = items.reduce((sum, item) => sum + (prices.get(item) ?? 0), 0);
  return [sum * (factors.net ?? 0), currency, isMainThread].join(' ');
}
await inject(async (bg: Background) => {
  console.log(await (await bg.add(total, ['a', 'b'])).result);
})();
`,
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{}',
};

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-statements-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');

test.each(['register', 'rollup', 'rolldown', 'vite', 'esbuild'] as const)(
  '%s: a thread runs the statements that change what a task uses of another file, and no others',
  async (name) => {
    const output = join(folder, name);
    if (name !== 'register') await bundlers[name]({ folder, entry: 'app.ts', output });
    const program =
      name === 'register'
        ? ['--import', 'offstage/register', join(folder, 'app.ts')]
        : [join(output, 'app.js')];
    expect(await runNode(program)).toMatchObject({ stdout: 'loaded\n6 EUR false\n', stderr: '' });
  },
  60_000,
);
