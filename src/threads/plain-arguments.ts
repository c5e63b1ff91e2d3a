import type { PackedArgument } from './job.js';
import { DataCheck, isInstance } from './transfer.js';
import { transferListOf } from './transfer-list.js';

/** Arguments that need no object of the main thread. */
export interface PlainArguments {
  readonly args: readonly PackedArgument[];
  /** What is moved, not cloned. */
  readonly moved: readonly object[];
}

const nothing: readonly object[] = [];

/** Packs arguments; `undefined` if one of them is no plain data, or is refused. */
export function plainArguments(args: readonly unknown[]): PlainArguments | undefined {
  let moved: object[] | undefined;
  const packed: PackedArgument[] = [];
  for (const arg of args) {
    if (typeof arg === 'function' || typeof arg === 'symbol') return undefined;
    if (typeof arg !== 'object' || arg === null) {
      packed.push(arg as PackedArgument); // a primitive
      continue;
    }
    if (isInstance(arg) && !transferListOf(arg)) return undefined;
    const check = new DataCheck();
    try {
      check.check(arg, '');
    } catch {
      return undefined; // told where the task begins
    }
    if (check.moved.size > 0) moved = [...(moved ?? []), ...check.moved];
    packed.push({ data: arg });
  }
  return { args: packed, moved: moved ?? nothing };
}
