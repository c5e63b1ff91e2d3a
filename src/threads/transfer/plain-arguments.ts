import { DataCheck, isInstance, isPrimitive, type PackedArgument } from './transfer.js';
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
  if (args.every(isPrimitive)) return { args, moved: nothing };
  const moved: object[] = [];
  const packed: PackedArgument[] = [];
  for (const arg of args) {
    if (isPrimitive(arg)) packed.push(arg);
    else {
      if (typeof arg !== 'object' || arg === null || (isInstance(arg) && !transferListOf(arg)))
        return undefined;
      const check = new DataCheck();
      try {
        check.check(arg, '');
      } catch {
        return undefined; // told where the task begins
      }
      moved.push(...check.moved);
      packed.push({ data: arg });
    }
  }
  return { args: packed, moved };
}
