import type { MessagePort } from 'node:worker_threads';
import type { WireError } from './wire-errors.js';

/** What the main thread sends to a worker thread for one task. */
export interface Job {
  readonly name: string;
  /** URL of the module. */
  readonly module: string;
  readonly export: string;
  /** `undefined`: registered by hand, so the module is loaded as it is. */
  readonly whole: boolean | undefined;
  /** Whether the program's TypeScript is compiled by our loader. */
  readonly loader: boolean;
  readonly args: readonly unknown[];
  readonly port: MessagePort;
  /** Element 0 counts answers of the main thread; element 1 is the id of the thread that runs the task. */
  readonly lane: Int32Array;
}

/** What comes back: always an answer, so that nothing is lost on the way. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError; readonly died?: boolean };

/** What a pool's threads know from their start. */
export interface PoolThread {
  readonly offstage: true;
  /** URL of the module that the main thread was started with. */
  readonly entry: string;
}
