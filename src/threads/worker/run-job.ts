import type { AsyncLocalStorage } from 'node:async_hooks';
import { inContext } from '../../in-context.js';
import { attempt } from '../../thrown.js';
import { isThenable } from '../../values.js';
import type { CurrentTask } from '../current-task.js';
import type { JobFunction } from '../jobs/job.js';
import type { MainThreadCalls } from '../remotes/main-thread-calls.js';
import { RemoteClient } from '../remotes/remote-client.js';
import { isPacked, type PackedArgument, unpackData } from '../transfer/transfer.js';
import { packError } from '../transfer/wire-errors.js';
import { findFunction, prepare, type TaskFunction } from './find-function.js';
import type { Ended, Job } from './job-loop.js';
import type { OwnInstances } from './own-instances.js';

/** What a task that called `process.exit` fails with. */
export class ExitCalled extends Error {}

/** What a thread runs its jobs with. */
interface Equipment {
  readonly entry: string;
  readonly storage: AsyncLocalStorage<CurrentTask>;
  readonly calls: MainThreadCalls;
  readonly own: OwnInstances;
  /** Tasks that wait for their end. */
  readonly waiting: Set<CurrentTask>;
}

const nobody = () => {};

/** A job as a task: while its code runs, and behind a timer that it has left. */
class JobTask implements CurrentTask {
  fail: CurrentTask['fail'] = nobody;
  readonly #job: number;
  readonly #equipment: Equipment;
  /** Its client, if something has asked. */
  made: RemoteClient | undefined;
  /** That it has called `process.exit()`. */
  exit: Error | undefined;
  #ended = false;

  constructor(job: number, equipment: Equipment) {
    this.#job = job;
    this.#equipment = equipment;
  }

  /** Made when something asks: most small tasks never do. */
  get client(): RemoteClient {
    if (!this.made) {
      this.made = new RemoteClient(this.#job, this.#equipment.calls, this.#equipment.own);
      if (this.#ended) this.made.end();
    }
    return this.made;
  }

  exits(called: Error): void {
    this.exit ??= called;
  }

  end(): void {
    this.#ended = true;
    this.made?.end();
  }
}

/** The functions that have been found, so that later jobs need not wait. */
const known = new WeakMap<JobFunction, TaskFunction>();

/** Runs a job. What ends at once is told at once. */
export function runJob(job: Job, equipment: Equipment): Ended | Promise<Ended> {
  const task = new JobTask(job.id, equipment);
  return inContext(equipment.storage, task, () => runTask(job, task, equipment));
}

function runTask(job: Job, task: JobTask, equipment: Equipment): Ended | Promise<Ended> {
  const fn = known.get(job.called);
  if (!fn || job.trace || job.args.some(isLoaded)) {
    return endLater(task, equipment, () => prepareAndCall(job, task, equipment));
  }
  let value: unknown;
  try {
    const args = job.args.map((arg) => unpack(arg, task));
    job.calls?.();
    value = fn(...args);
    if (isThenable(value) || task.made?.waits) return endLater(task, equipment, () => value);
  } catch (error) {
    if (task.made?.waits) return endLater(task, equipment, () => Promise.reject(error));
    return end(task, () => failure(task, error));
  }
  return end(task, () => success(task, value));
}

/** What the first job of a function has to wait for, and one with arguments that are loaded. */
async function prepareAndCall(job: Job, task: JobTask, equipment: Equipment): Promise<unknown> {
  const { entry, own } = equipment;
  const { called } = job;
  if (!called.place) return prepare(called.compiler, entry);
  const fn = await findFunction(called, called.place, entry);
  known.set(called, fn);
  const args = await Promise.all(
    job.args.map(async (arg) => {
      if (isPacked(arg) && 'found' in arg) return findFunction(called, arg.found, entry);
      if (isPacked(arg) && 'own' in arg) await own.load(arg, task.client);
      return unpack(arg, task);
    }),
  );
  const call = () => {
    job.calls?.();
    return fn(...args);
  };
  if (!job.trace) return call();
  const { inCarried } = await import('../open-telemetry.js'); // most programs never need it
  return inCarried(job.trace, call);
}

/** Waits for a value, for the remote calls that the task has begun, and for an error that nobody catches. */
async function endLater(task: JobTask, { waiting }: Equipment, begin: () => unknown): Promise<Ended> {
  const uncaught = new Promise<never>((_, reject) => {
    task.fail = reject;
  });
  uncaught.catch(() => {}); // it may come when the task has just ended
  waiting.add(task);
  try {
    const value = await Promise.race([begin(), uncaught]);
    await Promise.race([task.made?.settled(), uncaught]);
    return end(task, () => success(task, value));
  } catch (error) {
    // What it has begun on the main thread still uses its objects, and only one error can be told.
    await task.made?.settled().catch(() => {});
    return end(task, () => failure(task, error));
  } finally {
    waiting.delete(task);
  }
}

/** Ends a task with what it gives; it fails if that cannot cross to the main thread. */
function end(task: JobTask, give: () => Ended): Ended {
  try {
    return task.exit ? failure(task, task.exit) : give();
  } catch (error) {
    return failure(task, error);
  } finally {
    task.end();
  }
}

function success(task: JobTask, result: unknown): Ended {
  if (!isPacked(result) && typeof result !== 'function' && typeof result !== 'symbol') {
    return { outcome: { ok: true, value: { data: result } } };
  }
  const { value, moved } = task.client.packResult(result);
  return { outcome: { ok: true, value }, moved };
}

function failure(task: JobTask, error: unknown): Ended {
  const reasonOf = task.made?.signalThatGave(error);
  if (reasonOf !== undefined) return { outcome: { ok: false, reasonOf } };
  const died = attempt(() => error instanceof ExitCalled, false);
  return { outcome: { ok: false, error: packError(error), ...(died && { died }) } };
}

function unpack(arg: PackedArgument, task: JobTask): unknown {
  if (!isPacked(arg)) return arg;
  return 'data' in arg ? unpackData(arg) : task.client.unpack(arg);
}

/** Whether an argument is a function or class that this thread may have to load. */
function isLoaded(arg: PackedArgument): boolean {
  return isPacked(arg) && ('found' in arg || 'own' in arg);
}
