import { TaskNotFoundError } from '../errors.js';
import { copiesQuery, tasksQuery } from '../reflection/declare.js';
import type { Job } from './job-loop.js';
import type { FunctionPlace } from './transfer.js';

type TaskFunction = (...args: unknown[]) => unknown;
const finding = new Map<string, Promise<TaskFunction>>();
const found = new Map<string, TaskFunction>();
let loading: Promise<void> | undefined;

/** Finds a function once: to ask the module system again costs as much as a small task. */
export function findFunction(job: Job, place: FunctionPlace, entry: string): Promise<TaskFunction> {
  const key = keyOf(place);
  let promise = finding.get(key);
  if (!promise) {
    promise = load(job, place, entry);
    finding.set(key, promise);
    promise.then(
      (fn) => found.set(key, fn),
      () => {}, // whoever asked is told
    );
  }
  return promise;
}

/** One that has been found before. */
export function knownFunction(place: FunctionPlace): TaskFunction | undefined {
  return found.get(keyOf(place));
}

function keyOf(place: FunctionPlace): string {
  return `${place.module}#${place.export}#${place.copy}`;
}

/** Has this thread compile TypeScript, by the main thread's compiler if it has one. */
export async function prepare(compiler: string | undefined, entry: string): Promise<void> {
  loading ??= import('../transform/install-hooks.js').then(({ installHooks }) =>
    installHooks({ mode: 'worker', entry }, compiler),
  );
  await loading;
}

async function load(job: Job, place: FunctionPlace, entry: string): Promise<TaskFunction> {
  if (job.compiler !== undefined || place.whole !== undefined || place.copy)
    await prepare(job.compiler, entry);
  const asItIs = !place.copy && (place.whole !== false || place.module === entry);
  const url = asItIs ? place.module : `${place.module}?${tasksQuery}${place.copy ? `&${copiesQuery}` : ''}`;
  const namespace: Record<string, unknown> = await import(url);
  const fn = namespace[place.export];
  if (typeof fn === 'function') return fn as TaskFunction; // just checked
  throw new TaskNotFoundError(
    `the task ${job.name}: ${place.module} has no function ${place.export} when a worker thread loads it`,
    'Export the function under that name, at the top level of the module.',
  );
}
