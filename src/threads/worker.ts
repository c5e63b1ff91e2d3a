// The only file that the pool runs: it makes this thread run the jobs that come by the lines that it is given.
import { AsyncLocalStorage } from 'node:async_hooks';
import { workerData } from 'node:worker_threads';
import { messageOf } from '../thrown.js';
import { beginThread, type CurrentTask, currentTask } from './current-task.js';
import type { Lines, PoolThread } from './jobs/job.js';
import { mainContainerOfTasks } from './main-container.js';
import { AnswerLane } from './remotes/answer-lane.js';
import { MainThreadCalls } from './remotes/main-thread-calls.js';
import { taskEnded } from './remotes/remote-calls.js';
import { JobLoop } from './worker/job-loop.js';
import { OwnInstances } from './worker/own-instances.js';
import { ExitCalled, runJob } from './worker/run-job.js';

const { entry } = workerData[1] as PoolThread; // the pool gives it
const storage = new AsyncLocalStorage<CurrentTask>();
beginThread({ tasks: storage, container: mainContainerOfTasks });

const { exit } = process;
process.exit = (code) => {
  const called = new ExitCalled(`process.exit(${code ?? ''}) was called on a worker thread`);
  // With an error that nobody handles Node ends a thread by this very function, and aborts the process if that throws.
  if (String(called.stack).includes('workerOnGlobalUncaughtException')) exit.call(process, code);
  currentTask()?.exits(called);
  throw called; // code behind it runs only where this is caught
};
/** Tasks that wait for their end: an error that nobody catches is theirs, and the thread goes on. */
const waiting = new Set<CurrentTask>();
process.on('uncaughtException', (error) => {
  const task = currentTask();
  if (task && waiting.has(task)) task.fail(error);
  else printLeft(error);
});

/** Of an error that a task has left behind, which has ended. */
function printLeft(error: unknown): void {
  try {
    console.error(error);
  } catch {
    console.error(messageOf(error)); // what an error has of its own may fail
  }
}

const own = new OwnInstances(() => {
  const task = currentTask();
  if (task) return task.client;
  throw taskEnded();
});

/** The pool calls it once. */
export default function listen({ jobs, board, calls, lane }: Lines): void {
  const equipment = { entry, storage, calls: new MainThreadCalls(calls, new AnswerLane(lane)), own, waiting };
  new JobLoop(jobs, board, (job) => runJob(job, equipment));
}
