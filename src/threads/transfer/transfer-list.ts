import type { FileHandle } from 'node:fs/promises';
import { types } from 'node:util';
import type { MessagePort as NodeMessagePort } from 'node:worker_threads';
import { NotTransferableError } from '../../errors.js';

/** What can be moved to another thread instead of being copied. */
export type Transferable =
  // Spelt out, since Node's types have it under another name in each version.
  | ArrayBuffer
  | NodeMessagePort
  | AbortSignal
  | FileHandle
  | ReadableStream
  | WritableStream
  | TransformStream;

const lists = new WeakMap<object, readonly Transferable[]>();
let used = false;

/**
 * Has a value moved to the worker thread that takes it, or back from it, instead of being copied: the buffers of views,
 * ports and streams. Afterwards they are empty here, so a task that may run again needs a copy. A task on the event loop
 * is given the value itself, and a method of a remote a copy.
 *
 * @param value an argument of a task, or what a task returns; also within plain data
 * @param list what to move; default every `ArrayBuffer`, port and stream that the value has
 * @returns the value itself
 *
 * @example
 * ```ts
 * import { type Background, inject, transfer } from 'offstage';
 *
 * function sum(numbers: Float64Array) {
 *   return numbers.reduce((total, n) => total + n, 0);
 * }
 *
 * await inject(async (bg: Background) => {
 *   const numbers = new Float64Array([1, 2, 3]);
 *   const { result } = await bg.add(sum, transfer(numbers));
 *   console.log(await result); // 6
 *   console.log(numbers.length); // 0
 * })();
 * ```
 */
export function transfer<T>(value: T, list?: readonly Transferable[]): T {
  if (typeof value !== 'object' || value === null) return value;
  used = true;
  lists.set(value, list ?? [...transferablesIn(value)]);
  return value;
}

/** What {@link transfer} said of a value, `undefined` if nothing. */
export function transferListOf(value: object): readonly Transferable[] | undefined {
  return used ? lists.get(value) : undefined;
}

/** Refuses what has been moved before: it would arrive empty. */
export function refuseMoved(value: object, path: string): void {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!types.isArrayBuffer(buffer) || !isDetached(buffer)) return;
  throw new NotTransferableError(
    `${path} was transferred before, and is empty now`,
    'Transfer a value once; a task that may run again needs a copy: pass it without transfer().',
  );
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function transferablesIn(value: unknown, found = new Set<Transferable>(), seen = new Set<object>()) {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    if (types.isArrayBuffer(buffer) && !isPooled(value, buffer)) found.add(buffer);
  } else if (isTransferable(value)) {
    found.add(value);
  } else if (types.isMap(value) || types.isSet(value)) {
    for (const item of value) transferablesIn(item, found, seen);
  } else if (!types.isNativeError(value) && !types.isProxy(value)) {
    for (const item of Object.values(value)) transferablesIn(item, found, seen);
  }
  return found;
}

/** Whether a buffer is the memory that Node shares among small ones, and lets nobody move. */
function isPooled(view: ArrayBufferView, buffer: ArrayBuffer): boolean {
  const threads: object | undefined = process.getBuiltinModule?.('node:worker_threads'); // loaded when first needed
  if (threads && 'isMarkedAsUntransferable' in threads)
    return (threads.isMarkedAsUntransferable as (object: object) => boolean)(buffer); // by its documentation
  return Buffer.isBuffer(view) && buffer.byteLength === Buffer.poolSize; // on Node 20
}

function isTransferable(value: object): value is Transferable {
  if (types.isArrayBuffer(value) || value instanceof MessagePort) return true;
  return (
    value instanceof ReadableStream || value instanceof WritableStream || value instanceof TransformStream
  );
}
