import { AsyncLocalStorage } from 'node:async_hooks';
import type { MessagePort } from 'node:worker_threads';
import { locationOf } from './task.js';
import { checkData, isInstance, type Packed, type RemoteReference } from './transfer.js';
import { packError, type WireError } from './wire-errors.js';

/** What a thread asks of an object of the main thread. */
export interface RemoteRequest {
  readonly id: number;
  readonly target: number;
  readonly property: string;
  /** Missing for a read. */
  readonly args?: readonly Packed[];
  /** Asks the container for the class with the key `property`, instead of an object. */
  readonly ask?: keyof NamedContainer;
}

/** The main thread's container, by the names that classes have on every thread. */
export interface NamedContainer {
  resolve(key: string): unknown;
  resolveAsync(key: string): Promise<unknown>;
  has(key: string): boolean;
}

/** The main thread's answer; `pending` is followed by a second answer when the promise has settled. */
export type RemoteAnswer =
  | { readonly id: number; readonly value: Packed }
  | { readonly id: number; readonly error: WireError }
  | { readonly id: number; readonly pending: true };

const methodNames = new WeakMap<object, readonly string[]>();

/** Serves the objects of one task to its thread, each call in the asynchronous context of the task. */
export class RemoteHost {
  readonly #port: MessagePort;
  readonly #lane: Int32Array;
  readonly #container: NamedContainer;
  readonly #objects: object[] = [];
  readonly #ids = new Map<object, number>();

  constructor(port: MessagePort, lane: Int32Array, container: NamedContainer) {
    this.#port = port;
    this.#lane = lane;
    this.#container = container;
    const inContext = AsyncLocalStorage.snapshot();
    port.on('message', (request: RemoteRequest) => inContext(() => this.#serve(request)));
    port.unref(); // the running task keeps the process alive, not its port
  }

  /** An argument as the thread gets it: a function that a thread can find crosses by its place. */
  packArgument(value: unknown, path: string): Packed {
    const found = typeof value === 'function' ? locationOf(value) : undefined;
    return found && 'module' in found ? { found } : this.pack(value, path);
  }

  /** A value as the thread gets it: plain data, or a reference to an object that stays here. */
  pack(value: unknown, path: string): Packed {
    if (isInstance(value)) return this.#reference(value);
    checkData(value, path);
    return { data: value };
  }

  #reference(object: object): RemoteReference {
    let id = this.#ids.get(object);
    if (id === undefined) {
      id = this.#objects.push(object) - 1;
      this.#ids.set(object, id);
    }
    return { remote: id, name: object.constructor?.name || 'object', methods: methodsOf(object) };
  }

  #serve(request: RemoteRequest): void {
    try {
      const value = this.#perform(request);
      if (!isThenable(value)) {
        this.#answer({ id: request.id, value: this.pack(value, request.property) });
        return;
      }
      this.#answer({ id: request.id, pending: true });
      value.then(
        (settled) => this.#settle(request, settled),
        (error: unknown) => this.#port.postMessage({ id: request.id, error: packError(error) }),
      );
    } catch (error) {
      this.#answer({ id: request.id, error: packError(error) });
    }
  }

  #perform({ target, property, args, ask }: RemoteRequest): unknown {
    if (ask) return this.#container[ask](property);
    const object = this.#objects[target] as Record<string, unknown>; // a thread only has ids that were given
    const member = object[property];
    // What was a method when the thread got the object may be none now: then this says so.
    return args
      ? Reflect.apply(
          member as () => unknown,
          object,
          args.map((arg) => this.#unpack(arg)),
        )
      : member;
  }

  #unpack(packed: Packed): unknown {
    if ('remote' in packed) return this.#objects[packed.remote];
    return 'data' in packed ? packed.data : undefined; // a thread sends no other kind
  }

  #settle(request: RemoteRequest, settled: unknown): void {
    try {
      this.#port.postMessage({ id: request.id, value: this.pack(settled, request.property) });
    } catch (error) {
      this.#port.postMessage({ id: request.id, error: packError(error) });
    }
  }

  #answer(answer: RemoteAnswer): void {
    this.#port.postMessage(answer);
    Atomics.add(this.#lane, 0, 1);
    Atomics.notify(this.#lane, 0);
  }

  close(): void {
    this.#port.close();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** The names that a thread calls instead of reading, so that a call is one round trip. */
function methodsOf(object: object): readonly string[] {
  const prototype: unknown = Object.getPrototypeOf(object);
  const own = functionsOf(object);
  if (typeof prototype !== 'object' || prototype === null) return own;
  let inherited = methodNames.get(prototype);
  if (!inherited) {
    const names = new Set<string>();
    for (
      let step: unknown = prototype;
      step && step !== Object.prototype;
      step = Object.getPrototypeOf(step)
    ) {
      for (const name of functionsOf(step as object)) names.add(name); // a prototype is an object
    }
    names.delete('constructor');
    inherited = [...names];
    methodNames.set(prototype, inherited);
  }
  return own.length === 0 ? inherited : [...inherited, ...own];
}

function functionsOf(object: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([name, { value }]) =>
    typeof value === 'function' ? [name] : [],
  );
}
