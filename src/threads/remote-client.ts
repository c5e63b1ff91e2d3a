import { RemoteError } from '../errors.js';
import type { MainThreadCalls } from './main-thread-calls.js';
import { type NamedContainer, type RemoteAnswer, taskEnded, type Wanted } from './remote-calls.js';
import { RemotePromise } from './remote-promise.js';
import { checkData, type Packed, type RemoteReference } from './transfer.js';
import { unpackError } from './wire-errors.js';

/** What a debugger shows of a remote, whose properties are all elsewhere. */
class Remote {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  get [Symbol.toStringTag]() {
    return this.#name;
  }
}

/** One task's remotes: they stand for the main thread's objects, and block until the main thread has answered. */
export class RemoteClient {
  readonly #task: number;
  readonly #calls: () => MainThreadCalls;
  readonly #proxies = new Map<number, object>();
  readonly #references = new WeakMap<object, RemoteReference>();
  readonly #promises: RemotePromise[] = [];
  #ended = false;

  /** @param calls opens the channel, which most tasks never need */
  constructor(task: number, calls: () => MainThreadCalls) {
    this.#task = task;
    this.#calls = calls;
  }

  /** What the main thread sent, with a remote for each reference. */
  unpack(packed: Packed): unknown {
    if ('data' in packed) return packed.data;
    if ('found' in packed) return undefined; // only arguments of a task, which finds them itself
    let proxy = this.#proxies.get(packed.remote);
    if (!proxy) {
      proxy = this.#proxy(packed);
      this.#proxies.set(packed.remote, proxy);
      this.#references.set(proxy, packed);
    }
    return proxy;
  }

  /** A value for the main thread, where a remote is its object again. */
  pack(value: unknown, path: string): Packed {
    const reference = typeof value === 'object' && value !== null ? this.#references.get(value) : undefined;
    if (reference) return reference;
    checkData(value, path);
    return { data: value };
  }

  /** Asks the main thread's container. */
  ask(question: keyof NamedContainer, key: string): unknown {
    return this.#request({ how: 'ask', question, key });
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
  }

  #proxy({ name, remote: target, methods: names }: RemoteReference): object {
    const methods = new Set(names);
    const made = new Map<string, unknown>();
    const refuse = (): never => {
      throw new RemoteError(
        `${name} lives on the main thread, and a task on a worker thread cannot change it from outside`,
        `Add a method to ${name} that does it, and call that.`,
      );
    };
    const method = (property: string) => {
      const call = (...args: unknown[]) =>
        this.#request({
          how: 'call',
          target,
          property,
          args: args.map((arg, i) => this.pack(arg, `${name}.${property}(#${i + 1})`)),
        });
      made.set(property, call);
      return call;
    };
    return new Proxy(new Remote(name), {
      get: (_, property) => {
        if (typeof property === 'symbol') return property === Symbol.toStringTag ? name : undefined;
        if (methods.has(property)) return made.get(property) ?? method(property);
        return isLocal(property) ? local(property, name) : this.#request({ how: 'read', target, property });
      },
      has: (_, property) => {
        if (typeof property === 'symbol' || property === 'then') return false;
        return methods.has(property) || this.#request({ how: 'in', target, property }) === true;
      },
      set: refuse,
      deleteProperty: refuse,
      defineProperty: refuse,
      setPrototypeOf: refuse,
      preventExtensions: refuse,
    });
  }

  #request(wanted: Wanted): unknown {
    if (this.#ended) throw taskEnded();
    const calls = this.#calls();
    const answer = calls.ask(this.#task, wanted);
    if (!('pending' in answer)) return this.#read(answer);
    const promise = new RemotePromise((resolve, reject) => {
      calls.onSecond(answer.id, (second) => {
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

  #read(answer: RemoteAnswer): unknown {
    if ('error' in answer) throw unpackError(answer.error);
    return 'value' in answer ? this.unpack(answer.value) : undefined;
  }
}

/** `then` must not be asked for, or awaiting a remote would call it; the others say what it is. */
function isLocal(property: string): boolean {
  return ['then', 'toJSON', 'toString', 'valueOf', 'constructor'].includes(property);
}

function local(property: string, name: string): unknown {
  if (property === 'toString') return () => `[remote ${name}]`;
  return property === 'constructor' ? { name } : undefined;
}
