// Medians of interleaved rounds in one run; the ratios are what carries over to another machine.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { backgroundTables } from './background.js';
import { compareWhole, type Row } from './compare.js';
import { containerTables } from './container.js';
import { transformTables } from './transform.js';
import { webTables } from './web.js';

function imported(specifier: string): Row {
  const program = specifier ? `await import('${specifier}')` : '';
  const run = () => execFileSync(process.execPath, ['--input-type=module', '-e', program]);
  return { name: specifier || 'an empty program (floor)', run };
}

const packages = ['', 'tinypool', 'inversify', 'offstage'];
const benches: Record<string, () => Promise<string[]>> = {
  container: containerTables,
  background: backgroundTables,
  transform: transformTables,
  web: webTables,
  import: async () => [await compareWhole('Import in a fresh process', 1, packages.map(imported), 5)],
};
const wanted = process.argv.slice(2);
const tables: string[] = [];
for (const [name, bench] of Object.entries(benches))
  if (wanted.length === 0 || wanted.includes(name)) tables.push(...(await bench()));
const head = `# Results

By \`npm run bench\`, on Node ${process.versions.node}. Smaller is better; compare the ratios of one run.
`;
// A part of them, asked for by name, is only shown.
if (wanted.length === 0)
  writeFileSync(new URL('./RESULTS.md', import.meta.url), [head, ...tables].join('\n'));
console.log(tables.join('\n'));
