import { placeOnMain } from '../task.js';
import {
  DataCheck,
  isPrimitive,
  type OwnReference,
  type Packed,
  packData,
  type RemoteReference,
  resultPath,
  unpackData,
} from '../transfer/transfer.js';
import { packError, unpackError } from '../transfer/wire-errors.js';
import type { MainThreadCalls } from './main-thread-calls.js';
import { type AskingScope, type Question, type Reply, taskEnded, type Wanted } from './remote-calls.js';
import { RemotePromise } from './remote-promise.js';
import { remoteOf } from './remote-proxy.js';
import { ThreadSignal } from './thread-signal.js';

/** A remote that belongs to no task: it is what each task knows it by. */
export const kept = new WeakMap<object, (client: RemoteClient) => RemoteReference>();

/** Gives what this thread has an instance of its own of. */
interface InstanceSource {
  get(reference: OwnReference, client: RemoteClient): object;
}

/** One task's remotes: they stand for the main thread's objects, and block until the main thread has answered. */
export class RemoteClient {
  readonly #job: number;
  readonly #calls: MainThreadCalls;
  readonly #own: InstanceSource;
  readonly #values = new Map<number, object>();
  readonly #references = new WeakMap<object, Packed>();
  readonly #promises: RemotePromise[] = [];
  readonly #signals: { readonly id: number; readonly signal: ThreadSignal }[] = [];
  #scopes = 0;
  #ended = false;

  /** @param own the thread's own singletons */
  constructor(job: number, calls: MainThreadCalls, own: InstanceSource) {
    this.#job = job;
    this.#calls = calls;
    this.#own = own;
  }

  /** What the main thread sent, with a remote for each reference. */
  unpack(packed: Packed): unknown {
    if ('data' in packed) return unpackData(packed);
    if ('own' in packed) return this.#own.get(packed, this);
    if ('found' in packed) return undefined; // only arguments of a task, which finds them itself
    const known = this.#values.get(packed.remote);
    if (known) return known;
    const value = 'flag' in packed ? this.#signal(packed.remote, packed.flag) : this.#remote(packed);
    this.#values.set(packed.remote, value);
    this.#references.set(value, packed);
    return value;
  }

  /** A value for the main thread, where a remote is its object again. */
  pack(value: unknown, path: string): Packed {
    return this.#referenceTo(value) ?? packData(value, path);
  }

  /** What the task has returned, with what is moved instead of cloned. */
  packResult(value: unknown): { readonly value: Packed; readonly moved: readonly object[] } {
    const reference = typeof value === 'function' ? undefined : this.#referenceTo(value);
    if (reference) return { value: reference, moved: [] };
    const check = new DataCheck();
    return { value: check.pack(value, resultPath), moved: [...check.moved] };
  }

  /** Asks the main thread's container. */
  ask(question: Question, key: string): unknown {
    return this.#request(['ask', question, key]);
  }

  /** A number for a scope of this thread, by which the main thread knows it. */
  newScope(): number {
    return ++this.#scopes;
  }

  /**
   * Asks the main thread's container for a value that a scope of this thread owns.
   *
   * @param opened told if the scope has something to close then, before the value is there
   */
  askIn(scope: AskingScope, key: string, opened: () => void): unknown {
    return this.#request(['ask', 'resolve', key, scope.id, scope.outer, scope.hasEnded], opened);
  }

  /** Has the main thread close what a scope of this thread owns; it does so by itself when the task ends. */
  close(scope: number, failure: { readonly error: unknown } | undefined): unknown {
    if (this.#ended) return undefined;
    return this.#request(failure ? ['close', scope, packError(failure.error)] : ['close', scope]);
  }

  /** What the constructor of a thread's own singleton takes, as this task knows it. */
  partsOf({ own }: OwnReference): readonly Packed[] {
    const { reply } = this.#calls.ask(this.#job, this.#open(['parts', own]));
    if ('error' in reply) throw unpackError(reply.error);
    return 'parts' in reply ? reply.parts : []; // no other answer follows
  }

  /** Which of these singletons of threads belong to containers that are no more. */
  goneAmong(own: Iterable<number>): readonly number[] {
    return this.#request(['gone', ...own]) as readonly number[]; // by the name of the request
  }

  /** The signal whose reason was thrown. */
  signalThatGave(thrown: unknown): number | undefined {
    return this.#signals.find(({ signal }) => signal.gave(thrown))?.id;
  }

  /** Whether promises of remote calls have not been waited for. */
  get waits(): boolean {
    return this.#promises.length > 0;
  }

  /** Waits for the promises of the remote calls that have begun; fails with one that nobody looks at. */
  async settled(): Promise<void> {
    while (this.#promises.length > 0) {
      const ended = await Promise.allSettled(this.#promises.splice(0).map((promise) => promise.ended()));
      const failed = ended.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  /** Refuses what comes later: nobody would answer it. */
  end(): void {
    this.#ended = true;
    for (const { signal } of this.#signals) signal.end();
  }

  #request(wanted: Wanted, opened?: () => void): unknown {
    const { id, reply } = this.#calls.ask(this.#job, this.#open(wanted));
    if (opened && ('pending' in reply || ('value' in reply && reply.open))) opened();
    if (!('pending' in reply)) return this.#read(reply);
    const promise = new RemotePromise((resolve, reject) => {
      this.#calls.onSecond(id, (second) => {
        try {
          resolve(this.#read(second));
        } catch (error) {
          reject(error);
        }
      });
    });
    this.#promises.push(promise);
    return promise;
  }

  /** Calls a method of one of the task's objects. */
  call({ remote: target, name }: RemoteReference, property: string, args: readonly unknown[]): unknown {
    const packed = args.map((arg, i) =>
      isPrimitive(arg) ? arg : this.pack(arg, `${name}.${property}(#${i + 1})`),
    );
    return this.#request(['call', target, property, ...packed]);
  }

  read({ remote: target }: RemoteReference, property: string): unknown {
    return this.#request(['read', target, property]);
  }

  has({ remote: target }: RemoteReference, property: string): boolean {
    return this.#request(['in', target, property]) === true;
  }

  #open(wanted: Wanted): Wanted {
    if (this.#ended) throw taskEnded();
    return wanted;
  }

  #remote(reference: RemoteReference): object {
    const reached = [this, reference] as const;
    return remoteOf(reference, () => reached);
  }

  #signal(target: number, flag: Int32Array): AbortSignal {
    const signal = new ThreadSignal(flag, () => {
      try {
        return this.#request(['reason', target]);
      } catch (reason) {
        return reason; // thrown on purpose: an error keeps its class this way
      }
    });
    this.#signals.push({ id: target, signal });
    return signal.signal;
  }

  #referenceTo(value: unknown): Packed | undefined {
    if (typeof value === 'function') {
      const found = placeOnMain(value);
      return found && { found };
    }
    if (typeof value !== 'object' || value === null) return undefined;
    return this.#references.get(value) ?? kept.get(value)?.(this);
  }

  #read(reply: Reply): unknown {
    if ('error' in reply) throw unpackError(reply.error);
    return 'value' in reply ? this.unpack(reply.value) : undefined;
  }
}
