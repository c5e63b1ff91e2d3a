import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundlers } from './fixtures/constructs/bundlers.js';
import { runNode } from './fixtures/run-program.js';

/** Functions that need nothing injected, and have no record in a bundle, given to each call that takes functions. */
const files: Record<string, string> = {
  'routes.ts': `
export const double = async (n: number) => n * 2;
export default function triple(n: number) { return n * 3; }
export const health = async (c: { text(text: string): Response }) => c.text('healthy');
export const later = async (text: string) => { console.log(text); };
export const plus = (n: number, more = 1) => n + more;
`,
  'app.ts': `
import { Hono } from 'hono';
import { after, Background, inject } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import triple, { double, health, later } from './routes.js';
import * as routes from './routes.js';

const doubled = inject(double);
console.log(await doubled(2), doubled.length, inject(triple)(2), inject(routes.plus)(2), inject(routes.plus)(2, 2));
const app = new Hono().use(offstage()).get('/health', handler(health));
app.get('/later', handler(async () => { after(later, 'later'); return new Response('soon'); }));
console.log(await (await app.request('/health')).text(), await (await app.request('/later')).text());
await inject(async (bg: Background) => { console.log(await (await bg.add(double, 3)).result); })();
`,
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
};
const expected = '4 1 6 3 4\nhealthy soon\n';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-imported-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
symlinkSync(join(root, 'node_modules/hono'), join(folder, 'node_modules/hono'), 'dir');

test('offstage/register', async () => {
  const ended = await runNode(['--import', 'offstage/register', join(folder, 'app.ts')]);
  expect(ended.stderr).toBe('');
  expect(ended.stdout).toContain(expected);
}, 60_000);

test.each(Object.keys(bundlers) as (keyof typeof bundlers)[])(
  '%s',
  async (name) => {
    const output = join(folder, name);
    await bundlers[name]({ folder, entry: 'app.ts', output });
    const ended = await runNode([join(output, 'app.js')]);
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toContain(expected);
  },
  60_000,
);
