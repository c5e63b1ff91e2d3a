import { NotTransferableError, WorkerDiedError } from '../../errors.js';
import { messageOf } from '../../thrown.js';

/** A thread ended while it ran a task. */
export function dead(name: string, cause: unknown, maxMemory: number): WorkerDiedError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new WorkerDiedError(
      `the worker thread died while it ran ${name}: it needed more than the ${maxMemory} MiB that a thread may use`,
      'Have the task hold less at one time, or raise maxWorkerMemory.',
      { cause },
    );
  }
  if (code === 'ERR_ACCESS_DENIED' && process.permission?.has('worker') === false) {
    return new WorkerDiedError(
      `no worker thread could start to run ${name}: the permissions of Node do not allow it`,
      "Start Node with --allow-worker, too, or have tasks run on the event loop: bg.with({ on: 'loop' }).",
      { cause },
    );
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new WorkerDiedError(
    `the worker thread died while it ran ${name}: ${why}`,
    'Throw an error instead of ending the thread, and look at the cause.',
    { cause },
  );
}

/** What a task was given could not be sent: the structured clone refused it, or it threw while it was read. */
export function uncloneable(name: string, cause: unknown): NotTransferableError {
  return new NotTransferableError(
    `an argument of ${name} cannot cross to a thread: ${messageOf(cause)}`,
    'Pass plain data, or take the object as a parameter of its own, so that the thread gets a remote of it.',
    { cause },
  );
}
