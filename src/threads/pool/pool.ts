import { subscribe } from 'node:diagnostics_channel';
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { type Linked, LinkedList } from '../../linked-list.js';
import { inRoot } from '../../root-context.js';
import { editChannel } from '../edits.js';
import type { Batch, JobOutcome } from '../jobs/job.js';
import type { Ended, NamedContainer } from '../remotes/remote-calls.js';
import { RemoteHost } from '../remotes/remote-host.js';
import { type FunctionPlace, unpackData } from '../transfer/transfer.js';
import { unpackError } from '../transfer/wire-errors.js';
import { dead } from './failures.js';
import type { JobLine, ThreadJob } from './job-line.js';
import { type JobSource, JobStream } from './job-stream.js';
import { WorkerSlot } from './worker-slot.js';

/** What a pool is asked for by: there is one for each set of these. */
export interface PoolOptions {
  /** The most threads at one time. */
  readonly maxThreads: number;
  /** MiB that the old generation of each thread may use; default as much as that of the main thread. */
  readonly maxMemory?: number | undefined;
}

/** A sync function with its resolved arguments, for a worker thread. */
interface ThreadTask {
  /** For messages. */
  readonly name: string;
  readonly place: FunctionPlace;
  /** Plain data is cloned; of an instance the thread gets a remote. */
  readonly args: readonly unknown[];
  /** What code on the thread finds behind its default container. */
  readonly container: NamedContainer;
  /** Ends the task whatever it does, and its thread with it: `run()` then rejects with the reason. */
  readonly terminate?: AbortSignal | undefined;
  /** Takes the task back if no thread has begun it: `run()` then rejects with the reason. */
  readonly withdraw?: AbortSignal | undefined;
  /** Called when a thread has begun the task: it may have to load its function first. */
  readonly onStart?: ((threadId: number) => void) | undefined;
  /** Called when the thread calls its function, if that is of interest. */
  readonly onCall?: (() => void) | undefined;
  /** Called when it has ended on its thread, maybe with it, and something that it has asked of the main thread goes on. */
  readonly onOutlived?: (() => void) | undefined;
  /** The trace context that it belongs to. */
  readonly trace?: Batch['trace'];
}

/** One job on a thread that it has for itself. */
interface Run extends Pick<ThreadJob, 'name' | 'place' | 'args' | 'moved' | 'trace'> {
  readonly host?: RemoteHost;
  readonly terminate?: AbortSignal | undefined;
  readonly withdraw?: AbortSignal | undefined;
  readonly onStart?: ThreadTask['onStart'];
  readonly onCall?: ThreadTask['onCall'];
}

/** Who waits for a thread to be free. */
interface Waiter extends Linked {
  take(slot: WorkerSlot): void;
}

/** Worker threads that run one task each at a time. */
export class ThreadPool {
  readonly #options: { readonly maxThreads: number; readonly maxMemory: number };
  readonly #slots: WorkerSlot[] = [];
  /** The last one is used first, so that the others can end. */
  readonly #free: WorkerSlot[] = [];
  readonly #waiting = new LinkedList<Waiter>();
  readonly #streams = new Set<JobStream>();

  constructor({
    maxThreads,
    maxMemory = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20),
  }: PoolOptions) {
    this.#options = { maxThreads, maxMemory };
    subscribe(editChannel, () => {
      for (const slot of this.#slots) slot.renew();
    });
  }

  /**
   * Runs a task when a thread is free.
   *
   * @returns what it returned
   * @throws what it threw, WorkerDiedError if its thread died, or the reason of `terminate`
   */
  async run(task: ThreadTask): Promise<unknown> {
    const { terminate, withdraw, onOutlived } = task;
    for (const signal of [terminate, withdraw]) signal?.throwIfAborted();
    const host = new RemoteHost(task.container);
    const body = await this.#runServed(task, host);
    // Its body goes on here: its thread has died, or was ended, or could wait for no more.
    if (host.isBusy) {
      onOutlived?.();
      await host.settled();
    }
    const ending = host.end(body);
    if (terminate?.aborted && ending instanceof Promise) onOutlived?.();
    const ended = await ending;
    if ('error' in ended) throw ended.error;
    return ended.value;
  }

  async #runServed(task: ThreadTask, host: RemoteHost): Promise<Ended> {
    const { name, place, terminate, withdraw, onStart, onCall, trace } = task;
    try {
      const args = task.args.map((arg, index) => host.packArgument(arg, `${name}(#${index + 1})`));
      const slot = this.#take() ?? (await this.#next(terminate, withdraw));
      const outcome = await this.#runIn(slot, {
        name,
        place,
        args,
        moved: [...host.moved],
        trace,
        host,
        terminate,
        withdraw,
        onStart,
        onCall,
      });
      return { value: this.resultOf(outcome, name, () => host) };
    } catch (error) {
      return { error };
    }
  }

  /**
   * Has a free thread that has started take jobs from a source, many in one message: small ones then cost a fraction
   * of it. `undefined` if none is free: then {@link run} waits for one.
   */
  stream(source: JobSource): JobStream | undefined {
    const index = this.#free.findLastIndex((slot) => slot.line);
    if (index < 0) return undefined;
    const [slot] = this.#free.splice(index, 1) as [WorkerSlot]; // in bounds
    const stream = new JobStream(slot, slot.line as JobLine, source, this); // found by its line
    this.#streams.add(stream);
    return stream;
  }

  /** What serves a job of a stream. */
  hostOver(container: NamedContainer): RemoteHost {
    return new RemoteHost(container);
  }

  /** Whether others wait for a thread. */
  get isWanted(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether {@link stream} would give one. */
  get canStream(): boolean {
    return this.#free.some((slot) => slot.line);
  }

  /** Gives what a task returned, or throws what it threw. */
  resultOf(outcome: JobOutcome, name: string, host: () => RemoteHost): unknown {
    if (outcome.ok) return 'data' in outcome.value ? unpackData(outcome.value) : host().unpack(outcome.value);
    if ('reasonOf' in outcome) throw host().reasonOf(outcome.reasonOf);
    const error = unpackError(outcome.error);
    throw outcome.died ? dead(name, error, this.#options.maxMemory) : error;
  }

  /** Starts all its threads before there are tasks, with all that tasks need loaded; they stay when they are idle. */
  async warmUp(): Promise<void> {
    const { maxThreads } = this.#options;
    const most = Number.isFinite(maxThreads) ? maxThreads : availableParallelism();
    while (this.#slots.length < most) this.#free.push(this.#addSlot());
    await Promise.all(
      this.#slots.map(async (slot) => {
        slot.keep();
        const index = this.#free.indexOf(slot);
        if (index < 0) return; // it works, so it is warm
        this.#free.splice(index, 1);
        await this.#runIn(slot, { name: 'nothing yet', place: undefined, args: [], moved: [] });
      }),
    );
  }

  async #runIn(slot: WorkerSlot, run: Run): Promise<JobOutcome> {
    const { name, place, args, moved, trace, host, terminate, withdraw, onStart, onCall } = run;
    let end = () => {};
    let takeBack = () => {};
    try {
      for (const signal of [terminate, withdraw]) signal?.throwIfAborted(); // when the slot was on its way
      return await new Promise<JobOutcome>((resolve, reject) => {
        let runs = true;
        const sent: ThreadJob = {
          name,
          place,
          args,
          moved,
          trace,
          host: () => host,
          began: () => {
            if (onStart) slot.whenUp((threadId) => runs && onStart(threadId));
          },
          called: onCall && (() => void (runs && onCall())),
          ended: (outcome) => {
            runs = false;
            resolve(outcome);
          },
          failed: (error) => {
            runs = false;
            reject(error);
          },
          back: () => {}, // it began when it was sent
        };
        end = () => void slot.end(sent, terminate?.reason);
        terminate?.addEventListener('abort', end, { once: true });
        takeBack = () => void slot.takeBack(sent, withdraw?.reason);
        withdraw?.addEventListener('abort', takeBack, { once: true });
        inRoot(() => slot.send([sent]));
      });
    } finally {
      terminate?.removeEventListener('abort', end);
      withdraw?.removeEventListener('abort', takeBack);
      this.#takeBack(slot);
    }
  }

  #take(): WorkerSlot | undefined {
    const index = this.#free.findLastIndex((slot) => slot.hasThread);
    if (index >= 0) return this.#free.splice(index, 1)[0];
    if (this.#free.length > 0 || this.#slots.length >= this.#options.maxThreads) return this.#free.pop();
    return this.#addSlot();
  }

  #addSlot(): WorkerSlot {
    const slot = inRoot(() => new WorkerSlot(this.#options.maxMemory, entryUrl()));
    if (this.#slots.push(slot) === 1) slot.keep();
    return slot;
  }

  /** Waits for a slot, until one of the signals aborts. */
  #next(...signals: readonly (AbortSignal | undefined)[]): Promise<WorkerSlot> {
    return new Promise((resolve, reject) => {
      const leave = ({ target }: Event) => {
        quit();
        reject((target as AbortSignal).reason); // what it listens to
      };
      const quit = () => {
        this.#waiting.leave(waiter);
        for (const signal of signals) signal?.removeEventListener('abort', leave);
      };
      const take = (slot: WorkerSlot) => {
        quit();
        resolve(slot);
      };
      const waiter: Waiter = { before: undefined, after: undefined, take };
      for (const signal of signals) signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.enter(waiter);
      // It waits for what runs, and not for all that has been sent ahead.
      for (const stream of this.#streams) stream.giveBack();
    });
  }

  left(stream: JobStream, slot: WorkerSlot): void {
    this.#streams.delete(stream);
    this.#takeBack(slot);
  }

  /** Its thread is free. */
  #takeBack(slot: WorkerSlot): void {
    const next = this.#waiting.first;
    if (next) {
      next.take(slot);
      return;
    }
    this.#free.push(slot);
    slot.rest();
  }
}

function entryUrl(): string {
  try {
    return pathToFileURL(realpathSync(process.argv[1] ?? '')).href;
  } catch {
    return ''; // a program without a file: node --eval
  }
}
