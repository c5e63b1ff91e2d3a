import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-dev-server-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
symlinkSync(join(root, 'node_modules/vite'), join(folder, 'node_modules/vite'), 'dir');
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

/** A server that answers requests before and after each edit. */
writeFileSync(
  join(folder, 'dev.mjs'),
  `import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createServer } from 'vite';
import offstage from 'offstage/vite';

const root = import.meta.dirname;
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  plugins: [offstage()],
  server: { middlewareMode: true, watch: null, ws: false },
  appType: 'custom',
});
let edit = 0;
const load = () => server.ssrLoadModule('/app.ts');
/** Writes a file, and says so: a watcher that is still looking around would miss an edit. */
const save = (name, text) => {
  writeFileSync(join(root, name), text);
  server.watcher.emit('change', join(root, name));
};
const write = (tasks, currency) => {
  save('helper.ts', \`export const price = (n: number) => \\\`\\\${n} \${currency}\\\`;\`);
  save('app.ts', \`import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
import { price } from './helper.js';
export const edit = \${++edit};
function slow(ms: number) { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); return 'slow has ended'; }
export const wait = inject(async (bg: Background) => (await bg.with({ timeout: 5000 }).add(slow, 1500)).result);
export const handle = inject(async (bg: Background) => {
  const tasks = [\${tasks.map((name) => \`await bg.add((n: number) => \\\`\${name} \\\${price(n)} \\\${isMainThread}\\\`, 5)\`)}];
  return (await Promise.all(tasks.map(({ result }) => result))).join(', ');
});\`);
};
const answer = async () => {
  while ((await load()).edit < edit) await setTimeout(50); // until the server has seen it
  console.log(await (await load()).handle());
};
write(['charged'], 'USD');
await answer();
const waiting = (await load()).wait();
write(['charged'], 'EUR');
await answer();
write(['refunded', 'charged'], 'EUR');
await answer();
console.log(await waiting);
await server.close();
`,
);

test('after an edit, tasks run the code that the server has loaded, and what ran before goes on', async () => {
  const { stdout, stderr } = await runNode([join(folder, 'dev.mjs')]);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([
    'charged 5 USD false',
    'charged 5 EUR false',
    'refunded 5 EUR false, charged 5 EUR false',
    'slow has ended',
  ]);
}, 60_000);
