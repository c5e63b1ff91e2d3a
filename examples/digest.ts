// The main job: digest every file of a folder on worker threads, and write a report.
//   node --import offstage/register examples/digest.ts [folder] [--inline]
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Background, Container, inject } from 'offstage';
import { digest } from './digest/digest-file.js';
import { filesBelow } from './digest/files.js';
import type { Progress } from './digest/progress.js';
import type { Report } from './digest/report.js';
import { Results } from './digest/results.js';
import { table } from './digest/table.js';

const args = process.argv.slice(2);
const inline = args.includes('--inline');
const folder = resolve(args.find((arg) => !arg.startsWith('--')) ?? 'node_modules');

async function digestFile(results: Results, bg: Background, path: string) {
  try {
    if (inline) results.add(digest(path));
    else results.add(await (await bg.add(digest, path)).result);
  } catch (error) {
    results.fail(path, error);
  }
}

const digestFolder = inject(async (bg: Background, report: Report, results: Results, progress: Progress) => {
  for await (const path of filesBelow(folder, (path, problem) => results.fail(path, problem))) {
    if (stopping) break;
    await progress.room();
    const handle = await bg.add(digestFile, path);
    progress.track(handle.result);
  }
  await progress.finish();
  await report.write(results.lines());
  return report.path;
});

let stopping = false;
process.once('SIGINT', () => {
  stopping = true;
  process.exitCode = 130;
});

if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
  console.error(`digest: there is no folder ${folder}`);
  process.exit(2);
}
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
const path = await digestFolder();
delay.disable();
console.log(table(Container.resolve(Results), (performance.now() - started) / 1000));
console.log(
  `The main thread's longest delay: ${(delay.max / 1e6).toFixed(1)} ms (${inline ? 'inline' : 'on threads'})`,
);
console.log(`Report: ${path}`);
