import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareWhole } from './compare.js';

export async function table(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'offstage-start-'));
  const program = join(folder, 'app.ts');
  writeFileSync(program, "const greet = (name: string) => 'hello ' + name;\nconsole.log(greet('ada'));\n");
  writeFileSync(join(folder, 'app.mjs'), 'console.log("hello ada");\n');
  const node = (...args: string[]) => ({
    run: () => execFileSync(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)) }),
  });
  const compared = await compareWhole('The start of a program of one file', 1, [
    { name: 'node app.mjs (floor)', ...node(join(folder, 'app.mjs')) },
    { name: 'node --import offstage/register app.ts', ...node('--import', 'offstage/register', program) },
    { name: 'node --import tsx app.ts', ...node('--import', 'tsx', program) },
  ]);
  rmSync(folder, { recursive: true });
  return compared;
}
