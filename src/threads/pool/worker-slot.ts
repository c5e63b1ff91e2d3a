import { MessageChannel, SHARE_ENV, type Worker } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { Latch } from '../../latch.js';
import { inRoot } from '../../root-context.js';
import type { Lines, PoolThread } from '../jobs/job.js';
import { AnswerLane } from '../remotes/answer-lane.js';
import { CallServer } from '../remotes/call-server.js';
import { dead, uncloneable } from './failures.js';
import { JobLine, type ThreadJob } from './job-line.js';
import { optionsForThreads } from './preloads.js';

const dispatcher = new URL('../threads/worker.js', import.meta.url).href;
/** How long the end of a thread is waited for: native code that blocks it cannot be interrupted. */
const endMilliseconds = 1000;
/** Then an idle thread ends. */
const idleMilliseconds = 10_000;
const forever = 2 ** 31 - 1;

/** One thread of a slot, from its start to its end. */
interface Thread {
  readonly worker: Worker;
  readonly line: JobLine;
  /** Open when it has started: then what it is given, it begins. */
  readonly up: Latch;
  readonly exited: Latch;
  /** Whether it is being ended. */
  ended: boolean;
  /** Whether it has code that has been edited since. */
  outdated: boolean;
}

/**
 * A place for one worker thread, which is there while it has work, and for a while after. Carried by a tinypool of one
 * thread, so it is known which thread runs what. Jobs go by a port of our own: tinypool sends one at a time.
 */
export class WorkerSlot {
  #pool: Tinypool;
  readonly #maxMemory: number;
  readonly #entry: string;
  #thread: Thread | undefined;
  #idle: NodeJS.Timeout | undefined;
  #kept = false;

  /**
   * @param maxMemory MiB of a thread's old generation
   * @param entry URL of the module that the main thread was started with
   */
  constructor(maxMemory: number, entry: string) {
    this.#maxMemory = maxMemory;
    this.#entry = entry;
    this.#pool = this.#newPool();
  }

  /** Whether a thread is there, or starts. */
  get hasThread(): boolean {
    return this.#thread !== undefined;
  }

  /** What its thread has to do, if it has one that has started, and that takes more. */
  get line(): JobLine | undefined {
    return this.#thread?.up.isOpen && !this.#thread.outdated ? this.#thread.line : undefined;
  }

  /** Of a thread that has started. */
  get threadId(): number | undefined {
    return this.#thread?.up.isOpen ? this.#thread.worker.threadId : undefined;
  }

  /** Tells the number of its thread when that has started: now, or later. */
  whenUp(tell: (threadId: number) => void): void {
    const thread = this.#thread;
    if (thread?.up.isOpen) tell(thread.worker.threadId);
    else void thread?.up.opened.then(() => tell(thread.worker.threadId));
  }

  /** Has the thread stay when it is idle. */
  keep(): void {
    this.#kept = true;
  }

  /** Its thread ends what it runs, and no more: the next one loads the program anew. */
  renew(): void {
    const thread = this.#thread;
    if (!thread) return;
    thread.outdated = true;
    for (const job of thread.line.takeBack()) job.back();
    if (thread.line.count === 0) void this.#terminate(thread);
    thread.line.onNews?.();
  }

  /** Its thread has nothing to do: after a while it ends. */
  rest(): void {
    if (this.#kept) return;
    this.#idle ??= inRoot(() => setTimeout(() => this.#endIdle(), idleMilliseconds).unref());
    this.#idle.refresh(); // a new timer for each task would cost more
  }

  /** Sends jobs to the thread, which is started if there is none. */
  send(jobs: readonly ThreadJob[]): void {
    if (this.#thread?.outdated) void this.#terminate(this.#thread); // what it ran has ended
    try {
      this.#thread ??= this.#start();
    } catch (error) {
      for (const job of jobs) job.failed(this.#dead(job, error));
      return;
    }
    try {
      this.#thread.line.send(jobs);
    } catch (error) {
      // One that cannot be cloned keeps none of the others.
      if (jobs.length > 1) for (const job of jobs) this.send([job]);
      else for (const job of jobs) job.failed(uncloneable(job.name, error));
    }
  }

  /** Takes a job back, which then fails with the reason; `false` if the thread has begun it. */
  takeBack(job: ThreadJob, reason: unknown): boolean {
    const line = this.#thread?.line;
    if (!line?.withdraw(job)) return false;
    job.failed(reason);
    line.onNews?.();
    return true;
  }

  /** Ends a job, and its thread if that has begun it. Then it fails with the reason. */
  async end(job: ThreadJob, reason: unknown): Promise<void> {
    if (this.takeBack(job, reason)) return;
    const thread = this.#thread;
    if (!thread) return;
    const { line } = thread;
    if (!line.has(job)) return;
    for (const other of line.takeBack()) other.back();
    line.look(); // now, since the thread may have gone on to another one before they were taken back
    if (!line.has(job)) {
      line.onNews?.();
      return;
    }
    await this.#terminate(thread);
    line.end(() => reason);
  }

  #newPool(): Tinypool {
    const execArgv = optionsForThreads();
    const pool = new Tinypool({
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: forever,
      // Atomics would block an idle thread, and what a task left to a timer would never run.
      useAtomics: false,
      // Said here also for the default, since newer Nodes contain a thread that wants more only then.
      resourceLimits: { maxOldGenerationSizeMb: this.#maxMemory },
      ...(execArgv && { execArgv }),
      argv: process.argv.slice(2),
      env: SHARE_ENV as never, // its types leave it out
      workerData: { offstage: true, entry: this.#entry } satisfies PoolThread,
    });
    // A thread that dies between two tasks is replaced; nobody waits for it.
    pool.on('error', () => {});
    return pool;
  }

  #endIdle(): void {
    if (!this.#kept && this.#thread?.line.count === 0) void this.#terminate(this.#thread);
  }

  #start(): Thread {
    const jobs = new MessageChannel();
    const calls = new MessageChannel();
    const line = new JobLine(jobs.port1);
    const lane = new AnswerLane();
    const lines: Lines = {
      jobs: jobs.port2,
      board: line.board.memory,
      calls: calls.port2,
      lane: lane.memory,
    };
    const handing = this.#pool.run(lines, { filename: dispatcher, transferList: [jobs.port2, calls.port2] });
    handing.catch(() => {}); // then the thread tells why
    const worker = this.#worker();
    if (!worker) throw new Error('no thread could be started');
    const thread: Thread = {
      worker,
      line,
      up: new Latch(),
      exited: new Latch(),
      ended: false,
      outdated: false,
    };
    const server = new CallServer(calls.port1, lane, (job) => (thread.ended ? undefined : line.hostOf(job)));
    // Its port closes before its end is told, for which the process waits.
    jobs.port1.once('close', () => {
      if (!thread.ended) worker.ref();
    });
    // Any other message would be an error of tinypool, which ends the thread: from what a task posts to its parent, from
    // preloaded modules, and, with --watch, from Node itself. A listener is there throughout: a first one keeps the process.
    const [hearReady] = worker.listeners('message') as ((message: unknown) => void)[]; // tinypool's own
    worker.on('message', (message: unknown) => {
      if (!isReady(message)) return;
      hearReady?.(message); // which hands it what waits
      thread.up.open();
      worker.removeAllListeners('message');
    });
    if (hearReady) worker.off('message', hearReady);
    let failure: unknown;
    worker.on('error', (error) => {
      failure ??= error;
      // tinypool leaves what waits for a thread that cannot start.
      if (!thread.up.isOpen) this.#pool.cancelPendingTasks();
    });
    worker.once('exit', (code) => {
      server.close();
      thread.exited.open();
      if (thread.ended) return;
      // tinypool hears of a thread that throws, and not of one that exits.
      if (this.#worker() === worker) worker.emit('error', new Error(`the thread ended with code ${code}`));
      this.#leave(thread);
      line.end((job) => this.#dead(job, failure));
    });
    return thread;
  }

  /** Waits until the thread has ended. */
  async #terminate(thread: Thread): Promise<void> {
    this.#leave(thread);
    // A tinypool that has yet to hear that its thread has started would give it to the next one, and end it then.
    this.#pool.destroy().catch(() => {}); // the thread tells by itself
    this.#pool = inRoot(() => this.#newPool());
    // It may still run out of memory: then the listener that tinypool has for its end would throw.
    thread.worker.removeAllListeners('error').on('error', () => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, endMilliseconds);
    });
    await Promise.race([thread.exited.opened, late]);
    clearTimeout(timer);
  }

  /** It is served no more, and another one may start. */
  #leave(thread: Thread): void {
    thread.ended = true;
    if (this.#thread === thread) this.#thread = undefined;
  }

  #dead({ name }: ThreadJob, error: unknown): Error {
    return dead(name, error, this.#maxMemory);
  }

  /** tinypool's thread runtime holds Node's own worker in a field that its types do not show. */
  #worker(): Worker | undefined {
    const [runtime] = this.#pool.threads as unknown as { thread: Worker }[];
    return runtime?.thread;
  }
}

/** What tinypool's part of a thread says when it has started. */
function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
}
