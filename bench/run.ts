// `npm run bench` measures all tables, and writes RESULTS.md; `npm run bench -- di-scope` shows one.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const tables: Record<string, () => Promise<string>> = {
  'di-singleton': async () => (await import('./di-singleton.js')).table(),
  'di-transient': async () => (await import('./di-transient.js')).table(),
  'di-call': async () => (await import('./di-call.js')).table(),
  'di-scope': async () => (await import('./di-scope.js')).table(),
  'tasks-async': async () => (await import('./tasks-async.js')).table(),
  'tasks-thread-tiny': async () => (await import('./tasks-thread-tiny.js')).table(),
  'tasks-thread-5ms': async () => (await import('./tasks-thread-5ms.js')).table(),
  'task-thread-awaited': async () => (await import('./task-thread-awaited.js')).table(),
  transfer: async () => (await import('./transfer.js')).table(),
  'remote-call': async () => (await import('./remote-call.js')).table(),
  web: async () => (await import('./web.js')).table(),
  import: async () => (await import('./import.js')).table(),
  'installed-size': async () => (await import('./installed-size.js')).table(),
  'program-start': async () => (await import('./program-start.js')).table(),
  'first-task': async () => (await import('./first-task.js')).table(),
  transform: async () => (await import('./transform.js')).table(),
  'growth-tasks': async () => (await import('./growth-tasks.js')).table(),
  'growth-providers': async () => (await import('./growth-providers.js')).table(),
  'growth-depth': async () => (await import('./growth-depth.js')).table(),
  'growth-threads': async () => (await import('./growth-threads.js')).table(),
};

const wanted = process.argv.slice(2);
if (wanted.length === 0) measureAll();
for (const name of wanted) {
  const measure = tables[name];
  if (!measure) throw new Error(`no table ${name}: there are ${Object.keys(tables).join(', ')}`);
  console.log(await measure());
}
// What peers leave open would keep the process alive.
process.exit();

/** Each in a process of its own, so that none finds what another left behind. */
function measureAll(): void {
  const [cpu] = cpus();
  const head = `# Results

By \`npm run bench\`, on Node ${process.versions.node}, ${cpus().length} cores (${cpu?.model.trim()}). Smaller is better, where a
table does not say otherwise; compare the ratios of one run. A ratio is the median of those within each round.
`;
  const results = [head];
  for (const name of Object.keys(tables)) {
    const started = performance.now();
    const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
    const measured = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    results.push(`${measured.trimEnd()}\n`);
    console.log(`${name}: ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  }
  writeFileSync(new URL('./RESULTS.md', import.meta.url), results.join('\n'));
}
