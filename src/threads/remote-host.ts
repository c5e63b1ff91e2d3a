import { AsyncLocalStorage } from 'node:async_hooks';
import type { NamedContainer, Reply, Wanted } from './remote-calls.js';
import { locationOf } from './task.js';
import { checkData, isInstance, type Packed, type RemoteReference } from './transfer.js';
import { packError } from './wire-errors.js';

const methodNames = new WeakMap<object, readonly string[]>();

/** Serves the objects of one task to its thread, each call in the asynchronous context of the task. */
export class RemoteHost {
  readonly #container: NamedContainer;
  readonly #inContext = AsyncLocalStorage.snapshot();
  readonly #objects: object[] = [];
  readonly #ids = new Map<object, number>();

  constructor(container: NamedContainer) {
    this.#container = container;
  }

  /** An argument as the thread gets it: a function that a thread can find crosses by its place. */
  packArgument(value: unknown, path: string): Packed {
    const found = typeof value === 'function' ? locationOf(value) : undefined;
    return found && 'module' in found ? { found } : this.#pack(value, path);
  }

  /** What the thread sent: data, or the very object behind a remote. */
  unpack(packed: Packed): unknown {
    if ('remote' in packed) return this.#objects[packed.remote];
    return 'data' in packed ? packed.data : undefined; // a thread sends no other kind
  }

  /** Does what the thread wants; a promise is answered twice. */
  serve(wanted: Wanted, answer: (reply: Reply) => void): void {
    const path = wanted.how === 'ask' ? wanted.key : wanted.property;
    const settle = (value: unknown) => answer(this.#replyWith(value, path));
    const fail = (error: unknown) => answer({ error: packError(error) });
    this.#inContext(() => {
      try {
        const value = this.#perform(wanted);
        if (!isThenable(value)) return settle(value);
        answer({ pending: true });
        value.then(settle, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  #perform(wanted: Wanted): unknown {
    if (wanted.how === 'ask') return this.#container[wanted.question](wanted.key);
    const object = this.#objects[wanted.target] as Record<string, unknown>; // a thread only has ids that were given
    if (wanted.how === 'in') return wanted.property in object;
    const member = object[wanted.property];
    if (wanted.how !== 'call') return member;
    // What was a method when the thread got the object may be none now: then this says so.
    return Reflect.apply(
      member as () => unknown,
      object,
      wanted.args.map((arg) => this.unpack(arg)),
    );
  }

  #replyWith(value: unknown, path: string): Reply {
    try {
      return { value: this.#pack(value, path) };
    } catch (error) {
      return { error: packError(error) };
    }
  }

  /** A value as the thread gets it: plain data, or a reference to an object that stays here. */
  #pack(value: unknown, path: string): Packed {
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
