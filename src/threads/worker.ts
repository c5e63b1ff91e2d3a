// The only file that the pool runs: it finds the function of a task, calls it, and answers in every case.
import { AsyncLocalStorage } from 'node:async_hooks';
import { workerData } from 'node:worker_threads';
import { type CurrentTask, currentTask, keepTasksIn } from './current-task.js';
import { findFunction, prepare } from './find-function.js';
import { type Job, type Outcome, type PoolThread, unsentAnswer, type WarmUp } from './job.js';
import { MainThreadCalls } from './main-thread-calls.js';
import { OwnInstances } from './own-instances.js';
import { taskEnded } from './remote-calls.js';
import { RemoteClient } from './remote-client.js';
import type { Packed } from './transfer.js';
import { packError } from './wire-errors.js';

const { entry } = workerData[1] as PoolThread; // the pool gives it
const storage = new AsyncLocalStorage<CurrentTask>();
keepTasksIn(storage);

class ExitCalled extends Error {}
process.exit = (code) => {
  throw new ExitCalled(`process.exit(${code ?? ''}) was called on a worker thread`);
};
/** Tasks that wait for their end: an error that nobody catches is theirs, and the thread goes on. */
const running = new Set<CurrentTask>();
process.on('uncaughtException', (error) => {
  const task = currentTask();
  if (task && running.has(task)) task.fail(error);
  // tinypool could not send an answer, and the main thread would wait for it.
  else if (!task && error instanceof DOMException && error.name === 'DataCloneError')
    (process as unknown as { reallyExit(code: number): void }).reallyExit(unsentAnswer); // its types do not show it
  else console.error(error); // left behind by a task that has ended
});

let calls: MainThreadCalls | undefined;
function callsToMain(): MainThreadCalls {
  calls ??= new MainThreadCalls();
  return calls;
}
const own = new OwnInstances(() => {
  const task = currentTask();
  if (task) return task.client;
  throw taskEnded();
});

async function warmUp({ compiler }: WarmUp): Promise<Outcome> {
  if (compiler !== undefined) await prepare(compiler, entry);
  return { ok: true, value: { data: true } };
}

/** Runs one task. The pool calls it. */
export default function runJob(job: Job | WarmUp): Promise<Outcome | object> {
  if ('warmUp' in job) return warmUp(job);
  const client = new RemoteClient(job.id, callsToMain, own);
  let fail: CurrentTask['fail'] = () => {};
  const uncaught = new Promise<never>((_, reject) => {
    fail = reject;
  });
  uncaught.catch(() => {}); // it may come when the task has just ended
  const task = { client, fail };
  return storage.run(task, () => outcomeOf(job, task, uncaught));
}

async function outcomeOf(job: Job, task: CurrentTask, uncaught: Promise<never>): Promise<Outcome | object> {
  const { client } = task;
  running.add(task);
  try {
    const fn = await findFunction(job, job.place, entry);
    const args = await Promise.all(job.args.map((arg) => argumentOf(job, arg, client)));
    const call = () => fn(...args);
    const value: unknown = await Promise.race([job.trace ? traced(job.trace, call) : call(), uncaught]);
    await Promise.race([client.settled(), uncaught]);
    const result = client.packResult(value);
    const outcome: Outcome = { ok: true, value: result.value };
    return result.moved.length === 0 ? outcome : await movable(outcome, result.moved);
  } catch (error) {
    // What it has begun on the main thread still uses its objects, and only one error can be told.
    await client.settled().catch(() => {});
    const reasonOf = client.signalThatGave(error);
    if (reasonOf !== undefined) return { ok: false, reasonOf };
    return { ok: false, error: packError(error), ...(error instanceof ExitCalled && { died: true }) };
  } finally {
    running.delete(task);
    client.end();
  }
}

async function traced(trace: Record<string, string>, call: () => unknown): Promise<unknown> {
  const { inCarried } = await import('../background/telemetry.js'); // most programs never need it
  return inCarried(trace, call);
}

async function argumentOf(job: Job, arg: Packed, client: RemoteClient): Promise<unknown> {
  if ('found' in arg) return findFunction(job, arg.found, entry);
  if ('own' in arg) await own.load(arg, client);
  return client.unpack(arg);
}

/** As tinypool marks an answer of which parts are moved. */
async function movable(outcome: Outcome, moved: readonly object[]): Promise<object> {
  const { Tinypool } = await import('tinypool'); // few tasks need it
  const marked = { [Tinypool.transferableSymbol]: moved, [Tinypool.valueSymbol]: outcome };
  return Tinypool.move(marked as never) as object; // its types name single objects
}
