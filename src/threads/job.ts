import { workerData } from 'node:worker_threads';
import type { FunctionPlace, Packed } from './transfer.js';
import type { WireError } from './wire-errors.js';

/** What the main thread sends to a worker thread for one task. */
export interface Job {
  readonly id: number;
  readonly name: string;
  readonly place: FunctionPlace;
  /** The name of our loader's compiler, if the program's TypeScript is compiled by it. */
  readonly compiler: string | undefined;
  readonly args: readonly Packed[];
  /** The trace context that the task belongs to, where OpenTelemetry is set up. */
  readonly trace?: Record<string, string> | undefined;
}

/** Sent to a thread before it has a task, so that the first one finds all that tasks need. */
export interface WarmUp {
  readonly warmUp: true;
  readonly compiler: string | undefined;
}

/** What comes back: always an answer, so that nothing is lost on the way. */
export type Outcome =
  | { readonly ok: true; readonly value: Packed }
  | { readonly ok: false; readonly error: WireError; readonly died?: boolean }
  /** The task threw what one of its signals gave as the reason. */
  | { readonly ok: false; readonly reasonOf: number };

/** The code with which a thread ends when what a task returned cannot be sent. */
export const unsentAnswer = 97;

/** What a pool's threads know from their start. */
export interface PoolThread {
  readonly offstage: true;
  /** URL of the module that the main thread was started with. */
  readonly entry: string;
}

/** What this thread knows from its start, if it is one of a pool. */
export function onPoolThread(): PoolThread | undefined {
  const own = (workerData as readonly [unknown, Partial<PoolThread>?] | null)?.[1]; // the pool's form; others differ
  return own?.offstage === true ? (own as PoolThread) : undefined; // marked by the pool
}
