import { AsyncResource } from 'node:async_hooks';
import { RemoteError } from '../../errors.js';
import { methodsOf } from '../../method-names.js';
import { exportKey, keyOf } from '../../reflection/declare.js';
import { isThenable } from '../../values.js';
import { functionOf, locationOf } from '../task.js';
import { SharedSignal } from '../transfer/shared-signal.js';
import {
  DataCheck,
  type FunctionPlace,
  isInstance,
  isPacked,
  isPrimitive,
  type Packed,
  packData,
  type RemoteReference,
  unpackData,
} from '../transfer/transfer.js';
import { transferListOf } from '../transfer/transfer-list.js';
import { packError, unpackError } from '../transfer/wire-errors.js';
import { memberNamed, protocolsOf } from './protocols.js';
import type { Ended, NamedContainer, Reply, Wanted } from './remote-calls.js';
import { ThreadLocal } from './thread-local.js';

/** Serves the objects of one task to its thread, each call in the asynchronous context of the task. */
export class RemoteHost {
  readonly #container: NamedContainer;
  readonly #context = new AsyncResource('offstage.remotes', { requireManualDestroy: true });
  readonly #objects: object[] = [];
  readonly #ids = new Map<object, number>();
  readonly #functions = new Map<string, unknown>();
  #signals: Map<AbortSignal, SharedSignal> | undefined;
  /** What the thread has asked for that takes time. */
  readonly #underWay = new Set<Promise<void>>();
  /** What is moved to the thread with the arguments. */
  readonly moved = new Set<object>();

  constructor(container: NamedContainer) {
    this.#container = container;
  }

  /** An argument as the thread gets it: a function that a thread can find crosses by its place. */
  packArgument(value: unknown, path: string): Packed {
    const found = typeof value === 'function' ? locationOf(value) : undefined;
    if (found && 'module' in found) {
      this.#functions.set(exportKey(found.module, found.export), value);
      return { found };
    }
    const reference = this.#referenceTo(value);
    if (reference) return reference;
    const check = new DataCheck();
    const packed = check.pack(value, path);
    for (const item of check.moved) this.moved.add(item);
    return packed;
  }

  /** What the thread sent: data, the very object behind a remote, or the function of a place. */
  unpack(packed: Packed): unknown {
    if ('data' in packed) return unpackData(packed);
    if ('remote' in packed) return this.#objects[packed.remote];
    return 'found' in packed ? this.#find(packed.found) : undefined; // a thread keeps what is its own
  }

  /** Why a signal of the task has aborted: the very reason. */
  reasonOf(target: number): unknown {
    return (this.#objects[target] as AbortSignal).reason; // only signals are asked for it
  }

  /** Does what the thread wants; a promise is answered twice. */
  serve(wanted: Wanted, answer: (reply: Reply) => void): void {
    this.#context.runInAsyncScope(this.#serve, this, wanted, answer);
  }

  #serve(wanted: Wanted, answer: (reply: Reply) => void): void {
    const fail = (error: unknown) => answer({ error: packError(error) });
    try {
      if (wanted[0] === 'parts') {
        // One answer: the thread cannot go on without it.
        this.#parts(wanted[1]).then((parts) => answer({ parts }), fail);
        return;
      }
      const value = this.#perform(wanted);
      if (!isThenable(value)) {
        answer(this.#replyWith(value, wanted));
        return;
      }
      answer({ pending: true });
      const answered = Promise.resolve(value).then(
        (settled) => answer(this.#replyWith(settled, wanted)),
        fail,
      );
      this.#underWay.add(answered);
      void answered.then(() => this.#underWay.delete(answered));
    } catch (error) {
      fail(error);
    }
  }

  /** Whether something runs here that the thread has asked for. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** When nothing runs here any more that the thread has asked for: it may be gone before. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /**
   * The task has ended: closes what the thread has left open, and lets go of the signals.
   *
   * @returns how the task ends: it fails if the closing does
   */
  end(ended: Ended): Ended | Promise<Ended> {
    for (const shared of this.#signals?.values() ?? []) shared.end();
    return this.#context.runInAsyncScope(() => this.#container.end(ended));
  }

  #perform(wanted: Exclude<Wanted, readonly ['parts', number]>): unknown {
    if (wanted[0] === 'ask') return this.#container[wanted[1]](wanted[2], wanted[3], wanted[4], wanted[5]);
    if (wanted[0] === 'close') {
      return this.#container.close(wanted[1], wanted[2] && { error: unpackError(wanted[2]) });
    }
    if (wanted[0] === 'reason') throw this.reasonOf(wanted[1]);
    if (wanted[0] === 'gone') return ThreadLocal.goneAmong(wanted.slice(1) as number[]); // behind the name
    const [how, target, property, ...args] = wanted;
    const object = this.#objects[target] as Record<string | symbol, unknown>; // a thread only has ids that were given
    if (how === 'in') return property in object;
    const member = object[memberNamed(property)];
    if (how !== 'call') return member;
    // What was a method when the thread got the object may be none now: then this says so.
    return Reflect.apply(
      member as () => unknown,
      object,
      args.map((arg) => (isPacked(arg) ? this.unpack(arg) : arg)),
    );
  }

  async #parts(own: number): Promise<readonly Packed[]> {
    const parts = await ThreadLocal.of(own)?.parts();
    return (parts ?? []).map((part, index) => this.#pack(part, `#${index + 1}`));
  }

  #replyWith(value: unknown, wanted: Wanted): Reply {
    const path = wanted[0] === 'call' || wanted[0] === 'read' ? wanted[2] : 'the answer';
    try {
      const packed = isPrimitive(value) ? { data: value } : this.#pack(value, path);
      const scope = wanted[0] === 'ask' ? wanted[3] : undefined;
      if (scope === undefined || !this.#container.isOpen(scope)) return { value: packed };
      return { value: packed, open: true };
    } catch (error) {
      return { error: packError(error) };
    }
  }

  /** A value as the thread gets it: plain data, or a reference to an object that stays here. */
  #pack(value: unknown, path: string): Packed {
    return this.#referenceTo(value) ?? packData(value, path);
  }

  #referenceTo(value: unknown): Packed | undefined {
    if (!isInstance(value) || transferListOf(value)) return undefined;
    if (value instanceof ThreadLocal) return value.reference;
    const remote = this.#idOf(value);
    return value instanceof AbortSignal ? { remote, flag: this.#flagOf(value) } : referenceOf(value, remote);
  }

  #idOf(object: object): number {
    let id = this.#ids.get(object);
    if (id === undefined) {
      id = this.#objects.push(object) - 1;
      this.#ids.set(object, id);
    }
    return id;
  }

  #flagOf(signal: AbortSignal): Int32Array {
    this.#signals ??= new Map();
    let shared = this.#signals.get(signal);
    if (!shared) {
      shared = new SharedSignal(signal);
      this.#signals.set(signal, shared);
    }
    return shared.flag;
  }

  /** The main thread's own function, where the thread has a copy from the same place. */
  #find(place: FunctionPlace): unknown {
    const found = this.#functions.get(exportKey(place.module, place.export)) ?? functionOf(place);
    if (found) return found;
    throw new RemoteError(
      `the main thread has no function ${place.export} of ${place.module}`,
      "Declare it at the top level of a module that the main thread imports, too, or name it by task(import.meta.url, 'name', fn).",
    );
  }
}

function referenceOf(object: object, remote: number): RemoteReference {
  const type: unknown = object.constructor;
  const methods = [...methodsOf(object), ...protocolsOf(object)];
  if (typeof type !== 'function') return { remote, name: 'object', methods };
  return { remote, name: type.name || 'object', methods, class: keyOf(type) };
}
