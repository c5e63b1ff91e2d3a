import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { commandsIn } from './fixtures/other-platforms.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'offstage-packages-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/** Any one that Node can load. */
function someAddon(): string {
  const { report } = process as unknown as { report: { getReport(): { sharedObjects: string[] } } }; // by its documentation
  createRequire(import.meta.url)('oxc-parser');
  return report.getReport().sharedObjects.find((path) => path.endsWith('.node')) ?? '';
}

mkdirSync(join(folder, 'node_modules/common'), { recursive: true });
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
write('package.json', '{ "type": "module" }');
write('node_modules/common/package.json', '{ "name": "common" }');
write('node_modules/common/data.json', '{ "name": "ada" }');
copyFileSync(someAddon(), join(folder, 'node_modules/common/addon.node'));
write(
  'node_modules/common/index.js',
  `exports.common = () => require('./data.json').name + ' ' + typeof require('./addon.node') + ' ' + require('./a.mjs').a;`,
);
write('node_modules/common/a.mjs', `export { a } from './b.mjs';`);
write('node_modules/common/b.mjs', `export const a = 'a';`);
write('own.cjs', 'module.exports = { own: true };');
write(
  'app.ts',
  `import { inject, singleton } from 'offstage';
import { common } from 'common';
import data from './node_modules/common/data.json' with { type: 'json' };
import own from './own.cjs';

@singleton
class Mailer {}
const told = inject((mailer: Mailer) => mailer instanceof Mailer);
console.log(told(), common(), data.name, own.own);`,
);

test.each(Object.entries(commandsIn(folder)))(
  '%s loads what packages require beside what the transform has seen',
  async (_, [command, ...flags]) => {
    const { stdout } = await run(command, [...flags, 'app.ts'], { cwd: folder, timeout: 20_000 });
    expect(stdout).toBe('true ada object a ada true\n');
  },
);
