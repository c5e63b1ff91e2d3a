import { RemoteError } from '../../errors.js';
import type { Packed, PackedArgument } from '../transfer/transfer.js';
import type { WireError } from '../transfer/wire-errors.js';

/** The main thread's container, as one task asks it: by the names that classes have on every thread. */
export interface NamedContainer {
  /**
   * The value, or a promise of it where that has a scope.
   *
   * @param scope the number of the thread's scope that owns what is opened; without one it is the caller's
   * @param outer what the scope may share with: the number of another one, 0 for that of the task, nothing
   * @param hasEnded whether nothing is to open in the scope any more
   */
  resolve(key: string, scope?: number, outer?: number, hasEnded?: boolean): unknown;
  resolveAsync(key: string): Promise<unknown>;
  has(key: string): boolean;
  /** Whether anything may be open in a scope of the thread. */
  isOpen(scope: number): boolean;
  /** Closes what is open in a scope of the thread, which has ended. */
  close(scope: number, failure: Failure | undefined): void | Promise<void>;
  /**
   * Closes what the thread has left open, since its task has ended.
   *
   * @returns how the task ends: it fails if the closing does
   */
  end(ended: Ended): Ended | Promise<Ended>;
}

/** How the body of a task has ended. */
export type Ended = { readonly value: unknown } | Failure;

/** Why a body failed. */
interface Failure {
  readonly error: unknown;
}

/** A scope of the thread that something is asked for in. */
export interface AskingScope {
  readonly id: number;
  /** What it may share with: another one, 0 for that of the task, nothing. */
  readonly outer: number | undefined;
  /** Whether nothing is to open in it any more. */
  readonly hasEnded: boolean;
}

/** What a thread asks the container for. */
export type Question = 'resolve' | 'resolveAsync' | 'has';

/** What a task on a thread wants of an object of the main thread, or of its container: flat, since that is cloned fastest. */
export type Wanted =
  | readonly [how: 'read' | 'in', target: number, property: string]
  | readonly [how: 'call', target: number, property: string, ...args: PackedArgument[]]
  | readonly [
      how: 'ask',
      question: Question,
      key: string,
      scope?: number,
      outer?: number | undefined,
      hasEnded?: boolean,
    ]
  /** A scope of the thread has ended, maybe with an error. */
  | readonly [how: 'close', scope: number, failure?: WireError]
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
  /** `open`: the scope that has asked for it has something to close. */
  | { readonly value: Packed; readonly open?: boolean }
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
