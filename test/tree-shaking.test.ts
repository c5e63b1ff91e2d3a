import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

const files: Record<string, string> = {
  'app.ts': `
import { type Background, inject } from 'offstage';
import { later, used } from './library.js';
const main = inject(async (bg: Background) => {
  console.log(used(1), await (await bg.add(later, 2)).result);
});
await main();
`,
  'library.ts': `
export function used(n: number) { return n + 1; }
export async function later(n: number, factor?: number) { return n * (factor ?? 2); }
export function leftOutFunction(text: string) { return text; }
export const leftOutArrow = (text: string) => text;
export async function leftOutAsync(text: string) { return text; }
export class LeftOutClass { constructor(readonly text: string) {} }
`,
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{}',
};

const folder = mkdtempSync(join(tmpdir(), 'offstage-shaken-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
mkdirSync(join(folder, 'node_modules'));
symlinkSync(fileURLToPath(new URL('../', import.meta.url)), join(folder, 'node_modules/offstage'), 'dir');

test.each(['vite', 'rollup', 'rolldown', 'esbuild', 'webpack', 'rspack'] as const)(
  '%s leaves out what nobody uses, and what it keeps runs',
  async (name) => {
    const output = join(folder, name);
    await bundlers[name]({ folder, entry: 'app.ts', output, production: true });
    const written = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /js$/.test(file),
    );
    const code = written.map((file) => readFileSync(join(output, file), 'utf8')).join('\n');
    expect(code.match(/left_?out\w*/gi)).toBeNull();
    expect(await runNode([join(output, 'app.js')])).toMatchObject({ code: 0, stdout: '2 4\n', stderr: '' });
  },
  60_000,
);
