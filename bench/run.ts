// `npm run bench` measures all tables, and writes RESULTS.md; `npm run bench -- di-scope` shows one.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const tables: Record<string, () => Promise<{ table: () => Promise<string> }>> = {
  'di-singleton': () => import('./di-singleton.js'),
  'di-transient': () => import('./di-transient.js'),
  'di-call': () => import('./di-call.js'),
  'di-scope': () => import('./di-scope.js'),
  'tasks-async': () => import('./tasks-async.js'),
  'tasks-thread-tiny': () => import('./tasks-thread-tiny.js'),
  'tasks-thread-5ms': () => import('./tasks-thread-5ms.js'),
  'task-thread-awaited': () => import('./task-thread-awaited.js'),
  'remote-call': () => import('./remote-call.js'),
  import: () => import('./import.js'),
  'program-start': () => import('./program-start.js'),
  'first-task': () => import('./first-task.js'),
  transform: () => import('./transform.js'),
  'growth-tasks': () => import('./growth-tasks.js'),
  'growth-providers': () => import('./growth-providers.js'),
  'growth-depth': () => import('./growth-depth.js'),
  'growth-threads': () => import('./growth-threads.js'),
  'installed-size': () => import('./installed-size.js'),
  transfer: () => import('./transfer.js'),
};

const wanted = process.argv.slice(2);
if (wanted.length === 0) measureAll();
for (const name of wanted) {
  const load = tables[name];
  if (!load) throw new Error(`no table ${name}: there are ${Object.keys(tables).join(', ')}`);
  const { table } = await load();
  console.log(await table());
}
// What peers leave open would keep the process alive.
process.exit();

/** Each in a process of its own, so that none finds what another left behind. */
function measureAll(): void {
  const [cpu] = cpus();
  const head = `# Results

By \`npm run bench\`, on Node ${process.versions.node}, ${cpus().length} cores (${cpu?.model.trim()}). Smaller is better; compare the ratios of one run. A ratio
is the median of those within each round.
`;
  const results = [head];
  for (const name of Object.keys(tables)) {
    const started = performance.now();
    const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
    results.push(
      execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    console.log(`${name}: ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  }
  writeFileSync(new URL('./RESULTS.md', import.meta.url), results.join('\n'));
}
