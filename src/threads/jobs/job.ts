import type { MessagePort } from 'node:worker_threads';
import type { FunctionPlace, Packed, PackedArgument } from '../transfer/transfer.js';
import type { WireError } from '../transfer/wire-errors.js';

/** A function that a thread is told of once. */
export interface JobFunction {
  /** Of its first task, for messages. */
  readonly name: string;
  /** None for a job that only loads what tasks need. */
  readonly place: FunctionPlace | undefined;
  /** The name of our loader's compiler, if the program's TypeScript is compiled by it. */
  readonly compiler: string | undefined;
}

/** What the main thread sends to a worker thread: jobs, which the thread runs one after the other. */
export interface Batch {
  /** The number of the first job, by which its thread knows it; the others follow. */
  readonly first: number;
  /** Those that the thread does not know yet. They are counted from its first message on. */
  readonly functions?: readonly JobFunction[];
  /** Of each job the index of its function, and the number of its arguments: flat, since that is cloned fastest. */
  readonly calls: readonly number[];
  /** Those of all jobs. */
  readonly args: readonly PackedArgument[];
  /** The trace context that the first of them belongs to, where OpenTelemetry is set up. */
  readonly trace?: Record<string, string> | undefined;
  /** Whether the thread says when it calls the function of the first, which it may have to load before. */
  readonly saysCall?: boolean;
}

/** What a thread sends back: an answer, the number of a job whose function it calls, or that the shared memory has news. */
export type FromThread = Answer | number | null;

/** What has become of a job: always an answer, so that nothing is lost on the way. */
export type JobOutcome =
  | { readonly ok: true; readonly value: Packed }
  | { readonly ok: false; readonly error: WireError; readonly died?: boolean }
  /** The task threw what one of its signals gave as the reason. */
  | { readonly ok: false; readonly reasonOf: number };

/** An outcome that the shared memory has no room for. */
export interface Answer {
  readonly id: number;
  readonly outcome: JobOutcome;
}

/** What a new thread is given, once. */
export interface Lines {
  /** For each {@link Batch}, and back what is {@link FromThread}. */
  readonly jobs: MessagePort;
  /** The memory of the jobs' board. */
  readonly board: SharedArrayBuffer;
  /** For remotes. */
  readonly calls: MessagePort;
  /** The memory of their lane of answers. */
  readonly lane: SharedArrayBuffer;
}

/** What a pool's threads know from their start. */
export interface PoolThread {
  readonly offstage: true;
  /** URL of the module that the main thread was started with. */
  readonly entry: string;
}
