import { RemoteError } from '../../errors.js';
import type { Packed, PackedArgument } from '../transfer/transfer.js';
import type { WireError } from '../transfer/wire-errors.js';

/** The main thread's container, by the names that classes have on every thread. */
export interface NamedContainer {
  resolve(key: string): unknown;
  resolveAsync(key: string): Promise<unknown>;
  has(key: string): boolean;
}

/** What a task on a thread wants of an object of the main thread, or of its container: flat, since that is cloned fastest. */
export type Wanted =
  | readonly [how: 'read' | 'in', target: number, property: string]
  | readonly [how: 'call', target: number, property: string, ...args: PackedArgument[]]
  | readonly [how: 'ask', question: keyof NamedContainer, key: string]
  /** Why a signal has aborted: thrown, so that it keeps what it is. */
  | readonly [how: 'reason', target: number]
  /** What the constructor of a thread's own singleton takes. */
  | readonly [how: 'parts', own: number]
  /** Which of its own singletons belong to containers that are no more. */
  | readonly [how: 'gone', ...own: number[]];

/** @param job the number of the job that asks */
export type RemoteRequest = readonly [id: number, job: number, ...wanted: Wanted];

/** The main thread's answer to a request. */
export interface RemoteAnswer {
  readonly id: number;
  readonly reply: Reply;
}

/** What an answer says; `pending` is followed by a second answer when the promise has settled. */
export type Reply =
  | { readonly value: Packed }
  | { readonly parts: readonly Packed[] }
  | { readonly error: WireError }
  | { readonly pending: true };

/** Remotes belong to their task: after it, its resources are closed. */
export function taskEnded(): RemoteError {
  return new RemoteError(
    'a remote was used after its task had ended',
    'Await what the task begins, and give each task the objects that it needs.',
  );
}
