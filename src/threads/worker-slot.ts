import type { Worker } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import { CallServer } from './call-server.js';
import { type Job, type Outcome, type PoolThread, unsentAnswer, type WarmUp } from './job.js';
import { optionsForThreads } from './preloads.js';
import type { RemoteHost } from './remote-host.js';

/** How the threads of a pool are started. */
export interface ThreadOptions {
  /** MiB of a thread's old generation. */
  readonly maxMemory: number;
  readonly thread: PoolThread;
}

/** One run on a thread. */
export interface Run {
  readonly job: Job | WarmUp;
  /** What is moved to the thread, not cloned. */
  readonly moved: readonly object[];
  /** Serves the thread while it runs. */
  readonly host: RemoteHost | undefined;
  /** Ends the thread. */
  readonly terminate: AbortSignal | undefined;
  /** Called when a thread has begun. */
  readonly onStart: ((threadId: number) => void) | undefined;
}

const dispatcher = new URL('../threads/worker.js', import.meta.url).href;
/** How long the end of a thread is waited for: native code that blocks it cannot be interrupted. */
const endMilliseconds = 1000;
/** Then an idle thread ends. */
const idleMilliseconds = 10_000;
const forever = 2 ** 31 - 1;

/** One thread of a slot, from its start to its end. */
interface Thread {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  /** Whether it has started: then what it is given, it begins. */
  readonly up: Promise<void>;
  isUp: boolean;
}

/**
 * A place for one worker thread, which is there while it has work, and for a while after. Carried by a tinypool of one
 * thread: so it is known which thread runs what, and no task waits in tinypool, which forgets some behind a dead thread.
 */
export class WorkerSlot {
  readonly #pool: Tinypool;
  #thread: Thread | undefined;
  #run: Run | undefined;
  /** Why a thread could not start. */
  #failure: unknown;

  /** @param Pool tinypool's class, which is loaded when it is first needed */
  constructor(Pool: typeof Tinypool, { maxMemory, thread }: ThreadOptions) {
    const execArgv = optionsForThreads();
    this.#pool = new Pool({
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMilliseconds,
      // Atomics would block an idle thread, and what a task left to a timer would never run.
      useAtomics: false,
      // Said here also for the default, since newer Nodes contain a thread that wants more only then.
      resourceLimits: { maxOldGenerationSizeMb: maxMemory },
      ...(execArgv && { execArgv }),
      workerData: thread,
    });
    // A thread that dies between two tasks is replaced; nobody waits for it.
    this.#pool.on('error', () => {});
  }

  /** Whether a thread is there, or starts. */
  get hasThread(): boolean {
    return this.#thread !== undefined;
  }

  /** Has the thread stay when it is idle. */
  keep(): void {
    this.#pool.options.idleTimeout = forever;
  }

  /** Runs one job; the slot is free when this has settled. Rejects if the thread dies, or is ended. */
  async run(run: Run): Promise<Outcome> {
    const { terminate } = run;
    this.#run = run;
    this.#failure = undefined;
    const running = this.#pool.run(run.job, {
      filename: dispatcher,
      transferList: run.moved as never[], // tinypool's types leave out streams
      ...(terminate && { signal: terminate }),
    });
    this.#watch();
    if (run.onStart) this.#tellStart(run, run.onStart);
    try {
      return await running;
    } catch (error) {
      this.#run = undefined; // a thread that is ended is served no more
      if (terminate?.aborted) await this.#ended();
      throw this.#failure ?? error;
    } finally {
      this.#run = undefined;
    }
  }

  #tellStart(run: Run, onStart: (threadId: number) => void): void {
    const thread = this.#thread;
    if (!thread) return; // it cannot start
    const { threadId } = thread.worker;
    if (thread.isUp) onStart(threadId);
    else
      void thread.up.then(() => {
        if (this.#run === run) onStart(threadId);
      });
  }

  /** Waits until a thread that tinypool is ending has ended. */
  async #ended(): Promise<void> {
    const thread = this.#thread;
    if (!thread || this.#holds(thread.worker)) return; // the task still waited for the thread to start
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, endMilliseconds);
    });
    await Promise.race([thread.exited, late]);
    clearTimeout(timer);
  }

  /** Looks after the thread that tinypool may have started, before it can ask something. */
  #watch(): void {
    const worker = this.#worker();
    if (!worker || worker === this.#thread?.worker) return;
    const server = new CallServer(worker.threadId, (task) =>
      this.#run && 'id' in this.#run.job && this.#run.job.id === task ? this.#run.host : undefined,
    );
    let isThere: () => void = () => {};
    let isGone: () => void = () => {};
    const thread: Thread = {
      worker,
      isUp: false,
      up: new Promise((resolve) => {
        isThere = resolve;
      }),
      exited: new Promise((resolve) => {
        isGone = resolve;
      }),
    };
    this.#thread = thread;
    // It sends nothing else this way. Behind tinypool's own listener, which hands it what waits.
    worker.once('message', () => {
      thread.isUp = true;
      isThere();
    });
    worker.on('error', (error) => {
      if (thread.isUp || this.#thread !== thread) return;
      // tinypool leaves what waits for a thread that cannot start.
      this.#failure = error;
      this.#pool.cancelPendingTasks();
    });
    worker.once('exit', (code) => {
      server.close();
      isGone();
      // tinypool hears of a thread that throws, and not of one that exits: its task would wait for ever.
      if (this.#holds(worker)) worker.emit('error', new Error(endOf(code)));
      if (this.#thread === thread) this.#thread = undefined;
    });
  }

  #holds(worker: Worker): boolean {
    return this.#worker() === worker;
  }

  /** tinypool's thread runtime holds Node's own worker in a field that its types do not show. */
  #worker(): Worker | undefined {
    const [runtime] = this.#pool.threads as unknown as { thread: Worker }[];
    return runtime?.thread;
  }
}

function endOf(code: number): string {
  return code === unsentAnswer ? 'what it returned cannot be cloned' : `the thread ended with code ${code}`;
}
