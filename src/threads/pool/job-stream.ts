import { inRoot } from '../../root-context.js';
import type { JobLine, ThreadJob } from './job-line.js';
import type { WorkerSlot } from './worker-slot.js';

/** Where the jobs of a {@link JobStream} come from. */
export interface JobSource {
  /** The next one; `undefined` if there is none that a thread may begin at any moment. */
  next(stream: JobStream): ThreadJob | undefined;
  /** None of its jobs is left, and its thread is free. */
  drained(stream: JobStream): void;
}

/** The pool that has the thread. */
interface Lender {
  /** Whether others wait for a thread. */
  readonly isWanted: boolean;
  /** It has ended, and its thread is free. */
  left(stream: JobStream, slot: WorkerSlot): void;
}

/** What one message should keep a thread busy for, in milliseconds: small against what a thread is waited for. */
const batchMilliseconds = 0.5;
const largestBatch = 512;
/** When the main thread looks by itself which job runs, in milliseconds. */
const lookMilliseconds = 2;

/** Keeps one thread busy with jobs from a source, as long as it has some: as many at a time as are done soon. */
export class JobStream {
  readonly #slot: WorkerSlot;
  readonly #line: JobLine;
  readonly #source: JobSource;
  readonly #lender: Lender;
  #batch = 1;
  #ended: number;
  #spent: number;
  /** The number of the job that ran when it looked last. */
  #running: number | undefined;
  /** The number of one that has been seen to run twice. */
  #seen: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #isFeeding = false;

  constructor(slot: WorkerSlot, line: JobLine, source: JobSource, lender: Lender) {
    this.#slot = slot;
    this.#line = line;
    this.#source = source;
    this.#lender = lender;
    this.#ended = line.ended;
    this.#spent = line.board.spent;
    line.onNews = () => this.feed();
  }

  /** How many of its jobs have not ended. */
  get count(): number {
    return this.#line.count;
  }

  get threadId(): number {
    return this.#slot.threadId ?? 0; // it has one
  }

  /** Sends the first job, which begins at once. */
  begin(job: ThreadJob): void {
    this.#alone(() => this.#slot.send([job]));
    this.feed();
  }

  /** Sends what the source has, as far as it is done soon; after the last one, the thread is free. */
  feed(): void {
    if (!this.#isOpen || this.#isFeeding) return;
    if (this.#slot.line === this.#line && !this.#lender.isWanted) {
      this.#measure();
      this.#alone(() => {
        // Two messages on their way: so the thread does not wait for the next one.
        for (let more = true; more && this.#line.count <= this.#batch; ) more = this.#send();
      });
    }
    if (this.#line.count === 0) this.#close();
    else if (!this.#isQuiet)
      this.#timer ??= inRoot(() => setTimeout(() => this.#lookLater(), lookMilliseconds).unref());
  }

  /** Sees to what the thread has done by now. */
  news(): void {
    this.#line.look();
    this.feed();
  }

  /** Tells the jobs what has become of them by now. */
  look(): void {
    this.#line.look();
    // What it was told, it is not told again: nothing else would see that the thread is free.
    if (this.#line.count === 0) queueMicrotask(() => this.feed());
  }

  /** Lets others have half of what its thread has not begun. */
  share(): void {
    for (const job of this.#line.takeBack(Math.ceil((this.#line.count - 1) / 2))) job.back();
  }

  /** Lets others have all that its thread has not begun. */
  giveBack(): void {
    for (const job of this.#line.takeBack()) job.back();
    if (this.#line.count === 0) this.feed(); // no news will come
  }

  /** Ends a job, with the thread if that has begun it. */
  end(job: ThreadJob, reason: unknown): void {
    void this.#slot.end(job, reason);
  }

  /**
   * Whether the thread tells by itself what comes next. It does after its last job, and after one that has been seen
   * to run for a while: those that end sooner may be told together with a long one that follows.
   */
  get #isQuiet(): boolean {
    const { count, told, head } = this.#line;
    return told && (count === 1 || head === this.#seen);
  }

  /** What is told of its start, or reads an argument, may add and cancel: that is seen when all is sent. */
  #alone(send: () => void): void {
    this.#isFeeding = true;
    try {
      send();
    } finally {
      this.#isFeeding = false;
    }
  }

  #send(): boolean {
    const jobs: ThreadJob[] = [];
    const most = Math.min(this.#batch, this.#line.room);
    while (jobs.length < most) {
      const job = this.#source.next(this);
      if (!job) break;
      if (job.moved.length > 0 && jobs.length + this.#line.count > 0) {
        job.back(); // what is moved cannot be taken back: it waits until it begins at once
        break;
      }
      jobs.push(job);
    }
    if (jobs.length > 0) this.#slot.send(jobs);
    return jobs.length > 0;
  }

  #measure(): void {
    const { ended, board } = this.#line;
    if (ended === this.#ended) return;
    const each = (board.spent - this.#spent) / (ended - this.#ended);
    this.#batch = Math.max(1, Math.min(largestBatch, Math.floor(batchMilliseconds / each)));
    this.#ended = ended;
    this.#spent = board.spent;
  }

  /** A thread that is silent has come to a job that takes longer: those before it have ended. */
  #lookLater(): void {
    this.#timer = undefined;
    this.#line.look();
    const { told, head } = this.#line;
    const runs = told ? head : undefined;
    if (runs === this.#running) this.#seen = runs;
    this.#running = runs;
    this.feed();
  }

  #close(): void {
    this.#isOpen = false;
    this.#line.onNews = undefined;
    clearTimeout(this.#timer);
    this.#lender.left(this, this.#slot);
    this.#source.drained(this);
  }
}
