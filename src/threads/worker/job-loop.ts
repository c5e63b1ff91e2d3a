import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { NotTransferableError } from '../../errors.js';
import type { Answer, Batch, JobFunction, JobOutcome } from '../jobs/job.js';
import { JobBoard } from '../jobs/job-board.js';
import { SpinWait } from '../spin-wait.js';
import type { PackedArgument } from '../transfer/transfer.js';
import { packError } from '../transfer/wire-errors.js';

/** A job as its thread runs it. */
export interface Job {
  readonly id: number;
  readonly called: JobFunction;
  readonly args: readonly PackedArgument[];
  readonly trace: Batch['trace'];
  /** To be told when all is loaded, and the function is about to be called. */
  readonly calls: (() => void) | undefined;
}

/** What has become of a job, with what is moved to the main thread instead of being cloned. */
export interface Ended {
  readonly outcome: JobOutcome;
  readonly moved?: readonly object[];
}

/** For how long, in milliseconds, ended jobs may wait for others of their batch until the main thread hears of them. */
const silentMilliseconds = 0.5;
/** For how long jobs may follow each other, in milliseconds, before the event loop has a turn. */
const turnMilliseconds = 10;

/** Runs the jobs of one thread, one after the other, without a pause between those that end at once. */
export class JobLoop {
  readonly #port: MessagePort;
  readonly #board: JobBoard;
  readonly #run: (job: Job) => Ended | Promise<Ended>;
  readonly #functions: JobFunction[] = [];
  readonly #batches: Batch[] = [];
  /** The place of the next job in the first batch. */
  #next = 0;
  #nextArgument = 0;
  #works = false;
  /** Whether the board has news that no message has told of. */
  #untold = false;
  #toldAt = 0;
  /** When the job began that runs, and the one before ended. */
  #began = 0;
  readonly #spinWait = new SpinWait();
  /** The number that the first job of the next message will have. */
  #nextFirst = 0;
  /** Then the event loop must have its turn before it waits again. */
  #mayWaitUntil = 0;
  #turn: NodeJS.Immediate | undefined;

  constructor(port: MessagePort, board: SharedArrayBuffer, run: (job: Job) => Ended | Promise<Ended>) {
    this.#port = port;
    this.#board = new JobBoard(board);
    this.#run = run;
    port.on('message', (batch: Batch) => this.#receive(batch));
  }

  #receive(batch: Batch): void {
    if (batch.functions) this.#functions.push(...batch.functions);
    this.#batches.push(batch);
    this.#nextFirst = batch.first + batch.calls.length / 2;
    if (this.#works) return;
    this.#works = true;
    this.#work();
  }

  /** Who awaits a result often has the next job at once: to be woken for it would take longer than most of them. */
  #waitForNext(): void {
    if (this.#works) return;
    if (performance.now() > this.#mayWaitUntil) {
      this.#turn ??= setImmediate(() => {
        this.#turn = undefined;
        this.#mayWaitUntil = performance.now() + turnMilliseconds;
      });
      return;
    }
    if (!this.#spinWait.sees(() => this.#board.hasMore(this.#nextFirst))) return;
    const next = receiveMessageOnPort(this.#port);
    if (next) this.#receive(next.message as Batch); // only the main thread writes
  }

  #work(): void {
    this.#began = performance.now();
    for (let job = this.#take(); job; job = this.#take()) {
      if (!this.#board.claim(job.id)) continue;
      const ended = this.#run(job);
      if (ended instanceof Promise || hasPrinted()) {
        void this.#endLater(job.id, ended);
        return;
      }
      this.#end(job.id, ended);
    }
    this.#works = false;
    queueMicrotask(() => this.#waitForNext()); // after what the jobs have left there
  }

  async #endLater(id: number, ending: Ended | Promise<Ended>): Promise<void> {
    const ended = await ending;
    // What a task prints goes by the main thread, and comes before its result.
    if (hasPrinted()) await Promise.all(printers.map(flushed));
    this.#end(id, ended);
    this.#work();
  }

  #take(): Job | undefined {
    const [batch] = this.#batches;
    if (!batch) return undefined;
    const { first, calls, args, trace, saysCall } = batch;
    const index = this.#next++;
    if (index * 2 === calls.length) {
      this.#tell(this.#began);
      this.#batches.shift();
      this.#next = 0;
      this.#nextArgument = 0;
      return this.#take();
    }
    const called = this.#functions[calls[index * 2] ?? 0] as JobFunction; // the main thread has told of it
    const from = this.#nextArgument;
    this.#nextArgument += calls[index * 2 + 1] ?? 0;
    const id = first + index;
    return {
      id,
      called,
      args: args.slice(from, this.#nextArgument),
      trace,
      calls: saysCall ? () => this.#port.postMessage(id) : undefined,
    };
  }

  #end(id: number, { outcome, moved = [] }: Ended): void {
    const now = performance.now();
    this.#board.spent += now - this.#began;
    this.#began = now;
    if (outcome.ok && 'data' in outcome.value && this.#board.finish(id, outcome.value.data)) {
      this.#untold = true;
      if (now - this.#toldAt > silentMilliseconds) this.#tell(now);
      return;
    }
    try {
      this.#answer({ id, outcome }, moved);
    } catch (cause) {
      this.#answer({ id, outcome: { ok: false, error: packError(uncloneable(cause)) } }, []);
    }
    this.#toldAt = now;
  }

  #answer(answer: Answer, moved: readonly object[]): void {
    this.#board.answer(answer.id); // before the message, with which the main thread looks
    this.#port.postMessage(answer, moved as never[]); // its types leave out streams
    this.#untold = false;
  }

  #tell(now: number): void {
    if (this.#untold) this.#port.postMessage(null);
    this.#untold = false;
    this.#toldAt = now;
  }
}

function uncloneable(cause: unknown): NotTransferableError {
  return new NotTransferableError(
    'the result cannot cross between threads',
    'Return plain data, and look at the cause.',
    { cause },
  );
}

/** As they are before a task replaces a method of theirs, to be quiet or to see what is printed. */
const printers = [process.stdout, process.stderr].map((stream) => ({
  stream,
  write: stream.write.bind(stream),
}));

function hasPrinted(): boolean {
  return printers.some(({ stream }) => stream.writableLength > 0);
}

function flushed({ write }: (typeof printers)[number]): Promise<void> {
  return new Promise((resolve) => write('', () => resolve()));
}
