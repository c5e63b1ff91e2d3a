import { types } from 'node:util';
import { NotTransferableError } from '../../errors.js';
import { attempt } from '../../thrown.js';
import { type Loss, lossOf, restore } from './losses.js';
import { refuseMoved, type Transferable, transferListOf } from './transfer-list.js';

/** A value on its way between threads. */
export type Packed =
  | PlainData
  | RemoteReference
  | SignalReference
  | OwnReference
  /** A function that the other thread finds by itself. */
  | { readonly found: FunctionPlace };

/** Data that is cloned. */
interface PlainData {
  readonly data: unknown;
  /** What the clone is given back. */
  readonly losses?: readonly Loss[];
}

/** An argument on its way: what is no object stands for itself. */
export type PackedArgument = Packed | string | number | bigint | boolean | null | undefined;

/** An object that stays on the main thread. */
export interface RemoteReference {
  readonly remote: number;
  readonly name: string;
  readonly methods: readonly string[];
  /** The key of its class, if the other thread may know that. */
  readonly class?: string | undefined;
}

/** A signal of the main thread: the thread has one of its own, over a shared flag. */
interface SignalReference {
  readonly remote: number;
  readonly flag: Int32Array;
}

/** A singleton of which the thread makes an instance of its own. */
export interface OwnReference {
  readonly own: number;
  /** Its class. */
  readonly module: string;
  readonly class: string;
}

/** Where a thread finds a function. */
export interface FunctionPlace {
  readonly module: string;
  readonly export: string;
  /** `undefined`: registered by hand, so the module is loaded as it is. */
  readonly whole?: boolean | undefined;
  /** Whether it is to see a copy of what its module changes. */
  readonly copy?: boolean | undefined;
}

/** Tells what is packed from what stands for itself. */
export function isPacked(argument: unknown): argument is Packed {
  return typeof argument === 'object' && argument !== null;
}

/** Whether a value is an object that a clone would rob of its methods. */
export function isInstance(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  // A proxy may refuse to say what it is.
  if (types.isProxy(value)) return attempt(() => !isData(value), false);
  return !isData(value) || hasMethods(value);
}

/** An object literal may be a service, too: what a factory makes, or what stands for one in a test. */
function hasMethods(value: object): boolean {
  if (depth(value) > 1) return false;
  // Getters are not asked: they may do anything.
  return [...Object.keys(value), ...Object.getOwnPropertySymbols(value)].some(
    (key) => typeof Object.getOwnPropertyDescriptor(value, key)?.value === 'function',
  );
}

/** No data has more prototypes. */
const deepest = 8;

function isData(value: object): boolean {
  if (types.isNativeError(value)) return true;
  // By depth, not identity: data of another realm is data, too, and a class that extends Map is none.
  if (types.isTypedArray(value)) return depth(value) <= (Buffer.isBuffer(value) ? 4 : 3);
  if (types.isAnyArrayBuffer(value) || types.isDataView(value)) return depth(value) <= 2;
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return depth(value) <= 2;
  if (types.isDate(value) || types.isRegExp(value)) return depth(value) <= 2;
  return depth(value) <= 1;
}

/** How many prototypes an object has, as far as it matters: two for an array, one for a plain object. */
function depth(value: object): number {
  let steps = 0;
  let step: unknown = Object.getPrototypeOf(value);
  // A proxy may be its own prototype.
  for (; step !== null && steps < deepest; step = Object.getPrototypeOf(step)) steps++;
  return steps;
}

/** What a task returns, in messages. */
export const resultPath = 'the result';

/** Looks through data that is about to be cloned. */
export class DataCheck {
  /** What is moved instead. */
  readonly moved = new Set<Transferable>();
  readonly #seen = new Set<object>();
  readonly #losses: Loss[] = [];

  /** Packs data; refuses what a clone would silently change, or would refuse without saying where it is. */
  pack(value: unknown, path: string): PlainData {
    this.#check(value, path);
    return this.#losses.length === 0 ? { data: value } : { data: value, losses: this.#losses };
  }

  #check(value: unknown, path: string): void {
    if (typeof value === 'function' || typeof value === 'symbol') throw refuse(value, path);
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return;
    this.#seen.add(value);
    for (const item of transferListOf(value) ?? []) {
      refuseMoved(item, path);
      this.moved.add(item);
    }
    refuseMoved(value, path);
    if (this.moved.has(value as Transferable)) return; // moved as it is, whatever its class
    if (types.isProxy(value) || !isData(value)) throw refuse(value, path);
    const loss = lossOf(value);
    if (loss) this.#losses.push(loss);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
    if (types.isNativeError(value)) this.#error(value, path);
    else if (types.isMap(value)) {
      for (const [key, item] of value) {
        if (!isPrimitive(key)) this.#check(key, `${path}.keys()`);
        if (!isPrimitive(item)) this.#check(item, `${path}.get(${nameOf(key)})`);
      }
    } else if (types.isSet(value)) {
      for (const item of value) if (!isPrimitive(item)) this.#check(item, `${path}.values()`);
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        if (!isPrimitive(item)) this.#check(item, `${path}[${index}]`);
      });
    } else {
      for (const key of Object.keys(value)) {
        const item: unknown = Reflect.get(value, key);
        if (!isPrimitive(item)) this.#check(item, `${path}.${key}`);
      }
      for (const key of Object.getOwnPropertySymbols(value)) {
        const method: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
        // A clone has nothing under symbols. Data there is for who has the symbol; a method would be missed.
        if (typeof method === 'function') throw refuse(method, `${path}[${key.description}]`);
      }
    }
  }

  /** A clone of an error has its text and its cause alone, and an error there would be told too late. */
  #error(error: Error, path: string): void {
    try {
      structuredClone(error);
    } catch {
      throw refuse(error, path);
    }
  }
}

/** Packs data of which nothing can be moved. */
export function packData(value: unknown, path: string): Packed {
  return isPrimitive(value) ? { data: value } : new DataCheck().pack(value, path);
}

/** Data that has arrived. */
export function unpackData({ data, losses }: PlainData): unknown {
  losses?.forEach(restore);
  return data;
}

/** What needs no look: most of a large array. */
export function isPrimitive(value: unknown): value is Exclude<PackedArgument, Packed> {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function nameOf(key: unknown): string {
  return isPrimitive(key) ? String(key) : '…';
}

function refuse(value: unknown, path: string): NotTransferableError {
  const problem = `${path} is ${kindOf(value)}, which cannot cross between threads`;
  if (path.startsWith(resultPath)) return new NotTransferableError(problem, 'Return plain data.');
  return new NotTransferableError(problem, insteadOf(value));
}

function insteadOf(value: unknown): string {
  if (typeof value === 'function')
    return 'Pass a function of the top level of a module (to a thread, one that is not async; in a bundle, one of the file that adds the task), as an argument of its own, or what it needs as plain data. A Factory is for a method of a dependency.';
  return kindOf(value) === 'a proxy'
    ? 'Pass plain data, such as { ...it }.'
    : 'Pass plain data, or take the object as a parameter of its own, so that the thread gets a remote of it.';
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return `a function${value.name ? ` (${value.name})` : ''}`;
  if (typeof value === 'symbol') return 'a symbol';
  const object = value as object; // nothing else is refused
  if (!attempt(() => isData(object), true)) return `an instance of ${object.constructor?.name || 'a class'}`;
  return types.isProxy(object) ? 'a proxy' : 'an error whose cause cannot be cloned';
}
