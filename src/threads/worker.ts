// The only file that the pool runs: it finds the function of a task, calls it, and answers in every case.
import { workerData } from 'node:worker_threads';
import { TaskNotFoundError } from '../errors.js';
import { tasksQuery } from '../reflection/declare.js';
import type { Job, Outcome, PoolThread } from './job.js';
import { MainThreadCalls } from './main-thread-calls.js';
import { RemoteClient } from './remote-client.js';
import type { FunctionPlace } from './transfer.js';
import { packError } from './wire-errors.js';

const { entry } = workerData[1] as PoolThread; // the pool gives it
const running = globalThis as { [thread]?: RemoteClient | undefined };
const thread = Symbol.for('offstage.thread');

class ExitCalled extends Error {}
process.exit = (code) => {
  throw new ExitCalled(`process.exit(${code ?? ''}) was called on a worker thread`);
};
/**
 * Fails the task that runs. An error that nobody catches is its error, and the thread goes on: else Node would end
 * it by `process.exit`, which throws here.
 */
let fail: ((error: unknown) => void) | undefined;
process.on('uncaughtException', (error) => {
  if (fail) fail(error);
  else console.error(error); // left behind by a task that has ended
});

type TaskFunction = (...args: unknown[]) => unknown;
const found = new Map<string, Promise<TaskFunction>>();
let loader: Promise<void> | undefined;
let calls: MainThreadCalls | undefined;
function callsToMain(): MainThreadCalls {
  calls ??= new MainThreadCalls();
  return calls;
}

/** Runs one task. The pool calls it. */
export default async function runJob(job: Job): Promise<Outcome> {
  const client = new RemoteClient(job.id, callsToMain);
  running[thread] = client;
  const uncaught = new Promise<never>((_, reject) => {
    fail = reject;
  });
  uncaught.catch(() => {}); // it may come when the task has just ended
  try {
    const fn = await find(job, job.place);
    const args = await Promise.all(
      job.args.map((arg) => ('found' in arg ? find(job, arg.found) : client.unpack(arg))),
    );
    const call = () => fn(...args);
    const value: unknown = await Promise.race([job.trace ? traced(job.trace, call) : call(), uncaught]);
    await Promise.race([client.settled(), uncaught]);
    return { ok: true, value: client.pack(value, 'the result') };
  } catch (error) {
    // What it has begun on the main thread still uses its objects, and only one error can be told.
    await client.settled().catch(() => {});
    return { ok: false, error: packError(error), ...(error instanceof ExitCalled && { died: true }) };
  } finally {
    running[thread] = undefined;
    fail = undefined;
    client.end();
  }
}

async function traced(trace: Record<string, string>, call: () => unknown): Promise<unknown> {
  const { inCarried } = await import('../background/telemetry.js'); // most programs never need it
  return inCarried(trace, call);
}

/** Finds a function once: to ask the module system again costs as much as a small task. */
function find(job: Job, place: FunctionPlace): Promise<TaskFunction> {
  const key = `${place.module}#${place.export}`;
  let finding = found.get(key);
  if (!finding) {
    finding = load(job, place);
    found.set(key, finding);
  }
  return finding;
}

async function load(job: Job, place: FunctionPlace): Promise<TaskFunction> {
  if (job.loader || place.whole !== undefined) {
    loader ??= import('../transform/register-thread.js').then(({ registerThread }) =>
      registerThread({ entry }),
    );
    await loader;
  }
  const asItIs = place.whole !== false || place.module === entry;
  const url = asItIs ? place.module : `${place.module}?${tasksQuery}`;
  const namespace: Record<string, unknown> = await import(url);
  const fn = namespace[place.export];
  if (typeof fn === 'function') return fn as TaskFunction; // just checked
  throw new TaskNotFoundError(
    `the task ${job.name}: ${place.module} has no function ${place.export} when a worker thread loads it`,
    'Export the function under that name, at the top level of the module.',
  );
}
