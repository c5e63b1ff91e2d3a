import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import offstage from 'offstage/vite';
import { rolldown } from 'rolldown';
import { build } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-chunks-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
mkdirSync(join(folder, 'lib'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
writeFileSync(
  join(folder, 'lib/service.ts'),
  `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
console.log('on the main thread:', isMainThread);
function work(n: number) { return n + 1; }
export const go = inject(async (bg: Background) => (await bg.add(work, 1)).result);
`,
);
writeFileSync(join(folder, 'app.ts'), `import { go } from './lib/service.js';\nconsole.log(await go());\n`);

/** A rule that splits a bundle: whether a module is of the library. */
type Rule = (id: string) => boolean;

const bundlers = {
  async vite(rule: Rule, output: string) {
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [offstage()],
      build: {
        ssr: join(folder, 'app.ts'),
        outDir: output,
        rolldownOptions: { output: { manualChunks: (id) => (rule(id) ? 'lib' : undefined) } },
      },
    });
  },
  async rolldown(rule: Rule, output: string) {
    const bundle = await rolldown({
      input: join(folder, 'app.ts'),
      platform: 'node',
      plugins: [offstage()],
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
      logLevel: 'silent',
    });
    await bundle.write({ dir: output, codeSplitting: { groups: [{ name: 'lib', test: rule }] } });
  },
};

describe.each(Object.entries(bundlers))('%s', (name, bundle) => {
  test('a rule that would have threads run the program again fails the build, and says what to do', async () => {
    const output = join(folder, `${name}-mixed`);
    await expect(bundle((id) => id.includes('/lib/'), output)).rejects.toThrow(
      /threads would run .*lib\/service\.ts again.*leave out what has \?offstage- in its id/s,
    );
  }, 60_000);

  test('one that leaves out what threads load does not', async () => {
    const output = join(folder, name);
    await bundle((id) => id.includes('/lib/') && !id.includes('?offstage-'), output);
    const { stdout, stderr } = await runNode([join(output, 'app.js')]);
    expect(stdout).toBe('on the main thread: true\n2\n');
    expect(stderr).toBe('');
  }, 60_000);
});
