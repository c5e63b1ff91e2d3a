// The only file that the pool runs: it finds the function of a task, calls it, and answers in every case.
import { threadId, workerData } from 'node:worker_threads';
import { TaskNotFoundError } from '../errors.js';
import { tasksQuery } from '../reflection/declare.js';
import type { Job, Outcome, PoolThread } from './job.js';
import { RemoteClient } from './remote-client.js';
import { checkData } from './transfer.js';
import { packError } from './wire-errors.js';

const { entry } = workerData[1] as PoolThread; // the pool gives it
const running = globalThis as { [thread]?: RemoteClient | undefined };
const thread = Symbol.for('offstage.thread');

class ExitCalled extends Error {}
process.exit = (code) => {
  throw new ExitCalled(`process.exit(${code ?? ''}) was called on a worker thread`);
};

let loader: Promise<void> | undefined;

/** Runs one task. The pool calls it. */
export default async function runJob(job: Job): Promise<Outcome> {
  Atomics.store(job.lane, 1, threadId);
  const client = new RemoteClient(job.port, job.lane);
  running[thread] = client;
  try {
    const fn = await find(job);
    const value: unknown = await fn(...job.args.map((arg) => client.unpack(arg)));
    await client.settled();
    checkData(value, 'the result');
    return { ok: true, value };
  } catch (error) {
    return { ok: false, error: packError(error), ...(error instanceof ExitCalled && { died: true }) };
  } finally {
    running[thread] = undefined;
    client.close();
  }
}

async function find(job: Job): Promise<(...args: unknown[]) => unknown> {
  if (job.loader || job.whole !== undefined) {
    loader ??= import('../transform/register-thread.js').then(({ registerThread }) =>
      registerThread({ entry }),
    );
    await loader;
  }
  const asItIs = job.whole !== false || job.module === entry;
  const url = asItIs ? job.module : `${job.module}?${tasksQuery}`;
  const namespace: Record<string, unknown> = await import(url);
  const fn = namespace[job.export];
  if (typeof fn === 'function') return fn as (...args: unknown[]) => unknown; // just checked
  throw new TaskNotFoundError(
    `the task ${job.name}: ${job.module} has no function ${job.export} when a worker thread loads it`,
    'Export the function under that name, at the top level of the module.',
  );
}
