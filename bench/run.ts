// Medians of interleaved rounds in one run; the ratios are what carries over to another machine.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { backgroundTables } from './background.js';
import { compareWhole, type Row } from './compare.js';
import { containerTables } from './container.js';

function imported(specifier: string): Row {
  const program = specifier ? `await import('${specifier}')` : '';
  const run = () => execFileSync(process.execPath, ['--input-type=module', '-e', program]);
  return { name: specifier || 'an empty program (floor)', run };
}

const packages = ['', 'tinypool', 'inversify', 'offstage'];
const tables = [
  ...(await containerTables()),
  ...(await backgroundTables()),
  await compareWhole('Import in a fresh process', 1, packages.map(imported), 5),
];
const head = `# Results

By \`npm run bench\`, on Node ${process.versions.node}. Smaller is better; compare the ratios of one run.
`;
writeFileSync(new URL('./RESULTS.md', import.meta.url), [head, ...tables].join('\n'));
console.log(tables.join('\n'));
