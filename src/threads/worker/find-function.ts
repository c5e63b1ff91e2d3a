import { TaskNotFoundError } from '../../errors.js';
import { copiesQuery, located, tasksQuery } from '../../reflection/declare.js';
import { unwrapped } from '../../reflection/wrappers.js';
import type { JobFunction } from '../jobs/job.js';
import type { FunctionPlace } from '../transfer/transfer.js';

export type TaskFunction = (...args: unknown[]) => unknown;
const found = new Map<string, Promise<TaskFunction>>();
const whole = new Set<string>();
let loading: Promise<void> | undefined;

/**
 * Finds a function once: to ask the module system again costs as much as a small task.
 *
 * @param called what the job calls, which may have the function as an argument
 */
export function findFunction(
  called: JobFunction,
  place: FunctionPlace,
  entry: string,
): Promise<TaskFunction> {
  const key = `${place.module}#${place.export}#${place.copy}`;
  let finding = found.get(key);
  if (!finding) {
    finding = load(called, place, entry);
    found.set(key, finding);
    // The next task tries again, as far as Node does: it remembers what failed within a module that it has read.
    finding.catch(() => found.delete(key));
  }
  return finding;
}

/** Has this thread compile TypeScript, by the main thread's compiler if it has one. */
export async function prepare(compiler: string | undefined, entry: string): Promise<void> {
  loading ??= import('../../transform/install-hooks.js').then(({ installHooks }) =>
    installHooks({ mode: 'worker', entry }, compiler),
  );
  await loading;
}

async function load(
  { name, compiler }: JobFunction,
  place: FunctionPlace,
  entry: string,
): Promise<TaskFunction> {
  if (compiler !== undefined || place.whole !== undefined || place.copy) await prepare(compiler, entry);
  const asItIs = !place.copy && (place.whole !== false || place.module === entry);
  const url = asItIs ? place.module : `${place.module}?${tasksQuery}${place.copy ? `&${copiesQuery}` : ''}`;
  const namespace = await importCompiled(url, entry).catch((error: unknown) => {
    throw notFound.has(codeOf(error)) ? unresolved(name, place.module, error) : error;
  });
  if (place.whole === undefined && !place.copy) locateAll(place.module, namespace);
  const fn = namespace[place.export];
  // The main thread has injected already.
  if (typeof fn === 'function') return unwrapped(fn) as TaskFunction; // just checked
  throw new TaskNotFoundError(
    `the task ${name}: ${place.module} has no function ${place.export} when a worker thread loads it`,
    'Export the function under that name, at the top level of the module.',
  );
}

const notFound = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME', // virtual:
]);

/** What a dev server resolves, a thread may not find. */
function unresolved(task: string, module: string, cause: unknown): TaskNotFoundError {
  const problem = cause instanceof Error ? cause.message : '';
  return new TaskNotFoundError(
    `the task ${task}: ${module} cannot be loaded on a worker thread: ${problem}`,
    'A thread knows nothing that a plugin resolves or makes, and no paths of a tsconfig.json: use relative imports, or imports of a package.json.',
    { cause },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const notCompiled = new Set<unknown>(['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX']);

/** Imports TypeScript also where nothing compiles it in this thread: Jest, for example, does so for itself alone. */
async function importCompiled(url: string, entry: string): Promise<Record<string, unknown>> {
  const prepared = loading !== undefined;
  try {
    return await import(url);
  } catch (error) {
    if (prepared || !notCompiled.has(codeOf(error))) throw error;
    await prepare(undefined, entry);
    return import(`${url}?compiled`); // Node remembers how the first one failed
  }
}

/** Functions that have no record here, as in the file of a bundle: a task may give them back to the main thread. */
function locateAll(module: string, namespace: Record<string, unknown>): void {
  if (whole.has(module)) return;
  whole.add(module);
  for (const [name, value] of Object.entries(namespace)) located(() => value, { module, export: name });
}
