import { types } from 'node:util';
import { NotTransferableError } from '../errors.js';

/** A value on its way between threads. */
export type Packed =
  /** Plain data, which is cloned. */
  | { readonly data: unknown }
  /** An object that stays on the main thread. */
  | { readonly remote: number; readonly name: string; readonly methods: readonly string[] }
  /** A function that the thread finds by itself. */
  | { readonly found: FunctionPlace };

/** An object that stays on the main thread. */
export type RemoteReference = Extract<Packed, { remote: number }>;

/** Where a thread finds a function. */
export interface FunctionPlace {
  readonly module: string;
  readonly export: string;
  /** `undefined`: registered by hand, so the module is loaded as it is. */
  readonly whole?: boolean | undefined;
}

/** Whether a value is an object that a clone would rob of its methods. */
export function isInstance(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isData(value);
}

function isData(value: object): boolean {
  if (types.isNativeError(value) || types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return true;
  // By depth, not identity: data of another realm is data, too, and a class that extends Map is none.
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return depth(value) <= 2;
  if (types.isDate(value) || types.isRegExp(value)) return depth(value) <= 2;
  return depth(value) <= 1;
}

/** How many prototypes an object has: two for an array, one for a plain object. */
function depth(value: object): number {
  let steps = 0;
  for (let step = Object.getPrototypeOf(value); step !== null; step = Object.getPrototypeOf(step)) steps++;
  return steps;
}

/** Refuses what a clone would silently change, with the path to it. */
export function checkData(value: unknown, path: string, seen = new Set<object>()): void {
  if (typeof value === 'function' || typeof value === 'symbol') throw refuse(value, path);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  if (!isData(value)) throw refuse(value, path);
  seen.add(value);
  if (types.isNativeError(value) || ArrayBuffer.isView(value)) return;
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      checkData(key, `${path}.keys()`, seen);
      checkData(item, `${path}.get(${String(key)})`, seen);
    }
    return;
  }
  if (types.isSet(value)) {
    for (const item of value) checkData(item, `${path}.values()`, seen);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    checkData(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, seen);
  }
}

function refuse(value: unknown, path: string): NotTransferableError {
  const what =
    typeof value === 'function'
      ? `a function${value.name ? ` (${value.name})` : ''}`
      : typeof value === 'symbol'
        ? 'a symbol'
        : `an instance of ${(value as object).constructor?.name || 'a class'}`; // functions and symbols are gone
  return new NotTransferableError(
    `${path} is ${what}, which cannot cross between threads`,
    'Pass plain data, or take the object as a parameter of its own, so that the thread gets a remote of it.',
  );
}
