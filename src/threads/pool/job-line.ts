import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Batch, FromThread, JobFunction, JobOutcome } from '../jobs/job.js';
import { boardSize, JobBoard } from '../jobs/job-board.js';
import type { RemoteHost } from '../remotes/remote-host.js';
import type { FunctionPlace, PackedArgument } from '../transfer/transfer.js';
import { compilerOfThisThread } from './preloads.js';

/** A function call for a thread, and who is told of it. */
export interface ThreadJob {
  /** For messages. */
  readonly name: string;
  readonly place: FunctionPlace | undefined;
  readonly args: readonly PackedArgument[];
  /** What is moved to the thread, not cloned. */
  readonly moved: readonly object[];
  readonly trace?: Batch['trace'];
  /** Serves the thread while it runs. */
  host(): RemoteHost | undefined;
  /** The thread runs it. Not told of one that has ended meanwhile. */
  began(): void;
  /** Its function is called, and all that it needs has been loaded: told at least once of a job that is sent alone. */
  readonly called?: (() => void) | undefined;
  ended(outcome: JobOutcome): void;
  /** The thread, or the way to it, failed. */
  failed(error: unknown): void;
  /** The thread died before it had begun this one: it can run elsewhere. */
  back(): void;
}

/** The main thread's end of what one worker thread has to do: jobs in their order, and what has become of them. */
export class JobLine {
  readonly board = new JobBoard();
  readonly #port: MessagePort;
  readonly #jobs: (ThreadJob | undefined)[] = new Array(boardSize);
  /** Those that the thread has been told of. */
  readonly #functions = new Map<FunctionPlace | undefined, number>();
  #functionCount = 0;
  readonly #answers = new Map<number, JobOutcome>();
  #head = 0;
  #tail = 0;
  #count = 0;
  /** Whether the job at the head has been told that it runs. */
  #told = false;
  #ended = 0;
  /** Told when something may have changed. */
  onNews: (() => void) | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: FromThread) => {
      this.#receive(message); // only the thread writes
      this.look();
      this.onNews?.();
    });
    port.unref();
  }

  /** How many jobs it has that have not ended. */
  get count(): number {
    return this.#count;
  }

  /** The number of the first one. */
  get head(): number {
    return this.#head;
  }

  /** How many jobs have ended. */
  get ended(): number {
    return this.#ended;
  }

  /** How many more it may be sent. */
  get room(): number {
    return boardSize - (this.#tail - this.#head);
  }

  /** Whether it is known which job runs. */
  get told(): boolean {
    return this.#told;
  }

  /**
   * Sends jobs in one message. The first one begins at once if there is no other.
   *
   * @throws DataCloneError if one of them cannot be sent; then none is
   */
  send(jobs: readonly ThreadJob[]): void {
    const first = this.#tail;
    for (const job of jobs) {
      this.board.put(this.#tail);
      this.#jobs[this.#tail++ % boardSize] = job;
    }
    try {
      const moved = jobs.length === 1 ? jobs[0]?.moved : undefined;
      const batch = this.#batchOf(first, jobs);
      this.#port.postMessage(batch, moved as never); // its types leave out streams
      this.board.post(this.#tail);
      this.#functionCount += batch.functions?.length ?? 0;
    } catch (error) {
      this.#functions.clear(); // some have not arrived: all are told again
      while (this.#tail > first) this.#jobs[--this.#tail % boardSize] = undefined;
      throw error;
    }
    const alone = this.#count === 0;
    this.#count += jobs.length;
    if (!alone) return;
    this.#port.ref(); // the process waits for what runs
    this.#head = first;
    this.#told = true;
    jobs[0]?.began();
  }

  /** Tells the jobs what has become of them. */
  look(): void {
    while (this.#head < this.#tail) {
      const id = this.#head;
      const job = this.#jobs[id % boardSize];
      if (!job) {
        this.#head++; // taken back
        continue;
      }
      const state = this.board.read(id);
      if (state === 'open') return;
      if (state === 'running') {
        if (this.#told) return;
        this.#told = true;
        job.began();
        continue; // whoever was told may have changed something
      }
      const outcome = state === 'answered' ? this.#answer(id) : state;
      if (!outcome) return; // on its way
      this.#remove(id);
      this.#head++;
      this.#ended++;
      this.#told = false;
      job.ended(outcome);
    }
  }

  /** Takes jobs back that have not begun, the last one first, as many as wanted. */
  takeBack(most = Number.POSITIVE_INFINITY): ThreadJob[] {
    const found: ThreadJob[] = [];
    const first = this.#told ? this.#head + 1 : this.#head;
    for (let id = this.#tail - 1; id >= first && found.length < most; id--) {
      const job = this.#jobs[id % boardSize];
      if (!job) continue;
      if (!this.board.takeBack(id)) break;
      this.#remove(id);
      found.push(job);
    }
    return found;
  }

  /** Takes one job back; `false` if it has begun, or is not here. */
  withdraw(job: ThreadJob): boolean {
    for (let id = this.#head; id < this.#tail; id++) {
      if (this.#jobs[id % boardSize] !== job) continue;
      if (!this.board.takeBack(id)) return false;
      if (id === this.#head) this.#told = false;
      this.#remove(id);
      return true;
    }
    return false;
  }

  /** The host of a job that runs. */
  hostOf(id: number): RemoteHost | undefined {
    this.look();
    const job = id === this.#head ? this.#jobs[id % boardSize] : undefined;
    job?.called?.(); // this may come before the thread's own word
    return job?.host();
  }

  #receive(message: FromThread): void {
    if (typeof message === 'number') this.#jobs[message % boardSize]?.called?.();
    else if (message) this.#answers.set(message.id, message.outcome);
  }

  /** Whether a job has not ended. */
  has(job: ThreadJob): boolean {
    return this.#jobs.includes(job);
  }

  /** The thread is gone: the job that it ran fails, and the others can run elsewhere. */
  end(errorOf: (job: ThreadJob) => unknown): void {
    this.look();
    const others = this.takeBack();
    const ran = this.#jobs[this.#head % boardSize];
    if (ran) {
      this.#remove(this.#head);
      ran.failed(errorOf(ran));
    }
    for (const job of others) job.back();
    this.#port.close();
    this.onNews?.();
  }

  #remove(id: number): void {
    this.#jobs[id % boardSize] = undefined;
    if (--this.#count === 0) this.#port.unref();
  }

  #answer(id: number): JobOutcome | undefined {
    if (!this.#answers.has(id)) {
      for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
        this.#receive(next.message as FromThread); // only the thread writes
      }
    }
    const outcome = this.#answers.get(id);
    this.#answers.delete(id);
    return outcome;
  }

  #batchOf(first: number, jobs: readonly ThreadJob[]): Batch {
    const functions: JobFunction[] = [];
    const calls: number[] = [];
    const args: PackedArgument[] = [];
    for (const { name, place, args: own } of jobs) {
      let known = this.#functions.get(place);
      if (known === undefined) {
        known = this.#functionCount + functions.length;
        this.#functions.set(place, known);
        functions.push({ name, place, compiler: compilerOfThisThread() });
      }
      calls.push(known, own.length);
      for (let index = 0; index < own.length; index++) args.push(own[index]); // also those left out
    }
    const batch: { -readonly [K in keyof Batch]: Batch[K] } = { first, calls, args };
    // What is left out is not cloned, and a spread would cost more than all of this.
    if (functions.length > 0) batch.functions = functions;
    if (jobs[0]?.trace) batch.trace = jobs[0].trace;
    if (jobs[0]?.called) batch.saysCall = true;
    return batch;
  }
}
