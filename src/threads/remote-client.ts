import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { RemoteError } from '../errors.js';
import type { NamedContainer, RemoteAnswer, RemoteRequest } from './remote-host.js';
import { checkData, type Packed, type RemoteReference } from './transfer.js';
import { unpackError } from './wire-errors.js';

/** The thread's side: stands for the main thread's objects, and blocks until the main thread has answered. */
export class RemoteClient {
  readonly #port: MessagePort;
  readonly #lane: Int32Array;
  readonly #proxies = new Map<number, object>();
  readonly #references = new WeakMap<object, RemoteReference>();
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  #unhandled: Promise<unknown>[] = [];
  #last = 0;
  #listening = false;

  constructor(port: MessagePort, lane: Int32Array) {
    this.#port = port;
    this.#lane = lane;
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

  /** Asks the main thread's container. */
  ask(how: keyof NamedContainer, key: string): unknown {
    return this.#request({ target: 0, property: key, ask: how });
  }

  /** Waits for the promises of the remote calls that have begun. */
  async settled(): Promise<void> {
    while (this.#unhandled.length > 0) await Promise.all(this.#unhandled.splice(0));
  }

  close(): void {
    this.#port.close();
  }

  #proxy(reference: RemoteReference): object {
    const { name, remote } = reference;
    const methods = new Set(reference.methods);
    const made = new Map<string, unknown>();
    const refuse = (): never => {
      throw new RemoteError(
        `${name} lives on the main thread, and a task on a worker thread cannot change it from outside`,
        `Add a method to ${name} that does it, and call that.`,
      );
    };
    return new Proxy(Object.create(null), {
      get: (_, property) => {
        // `then` must not be asked for, or awaiting a remote would call it.
        if (typeof property === 'symbol' || property === 'then' || property === 'toJSON') return undefined;
        if (!methods.has(property)) return this.#request({ target: remote, property });
        if (!made.has(property)) {
          made.set(property, (...args: unknown[]) =>
            this.#request({
              target: remote,
              property,
              args: args.map((arg, i) => this.#pack(arg, `${name}.${property}(#${i + 1})`)),
            }),
          );
        }
        return made.get(property);
      },
      has: (_, property) => typeof property === 'string' && methods.has(property),
      set: refuse,
      deleteProperty: refuse,
      defineProperty: refuse,
    });
  }

  #pack(value: unknown, path: string): Packed {
    const reference = typeof value === 'object' && value !== null ? this.#references.get(value) : undefined;
    if (reference) return reference;
    checkData(value, path);
    return { data: value };
  }

  #request(request: Omit<RemoteRequest, 'id'>): unknown {
    const id = ++this.#last;
    this.#port.postMessage({ ...request, id });
    const answer = this.#wait(id);
    if ('error' in answer) throw unpackError(answer.error);
    if ('value' in answer) return this.unpack(answer.value);
    this.#listen();
    const promise = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#unhandled.push(promise);
    promise.catch(() => {}); // settled() tells it
    return promise;
  }

  /** Second answers come when the thread's own loop runs. Begun late, since most tasks never need it. */
  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#port.on('message', (answer: RemoteAnswer) => this.#settle(answer));
  }

  #wait(id: number): RemoteAnswer {
    for (;;) {
      const seen = Atomics.load(this.#lane, 0);
      // A wake-up may be meant for another answer, so the messages are read until this one is there.
      for (
        let received = receiveMessageOnPort(this.#port);
        received;
        received = receiveMessageOnPort(this.#port)
      ) {
        const answer = received.message as RemoteAnswer; // only the host writes to this port
        if (answer.id === id) return answer;
        this.#settle(answer);
      }
      Atomics.wait(this.#lane, 0, seen);
    }
  }

  #settle(answer: RemoteAnswer): void {
    const waiting = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(unpackError(answer.error));
    else if ('value' in answer) waiting?.resolve(this.unpack(answer.value));
  }
}
