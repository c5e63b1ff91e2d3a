import { DataCheck, isInstance, isPrimitive, type PackedArgument } from './transfer.js';
import { transferListOf } from './transfer-list.js';

/** Arguments that need no object of the main thread. */
interface PlainArguments {
  readonly args: readonly PackedArgument[];
  /** What is moved, not cloned. */
  readonly moved: readonly object[];
}

const nothing: readonly object[] = [];

/** Packs arguments; `undefined` if one of them is no plain data, or is refused. */
export function plainArguments(args: readonly unknown[]): PlainArguments | undefined {
  if (args.every(isPrimitive)) return { args, moved: nothing };
  const moved = new Set<object>();
  const packed: PackedArgument[] = [];
  for (const arg of args) {
    if (isPrimitive(arg)) packed.push(arg);
    else {
      const check = new DataCheck();
      try {
        // A proxy may refuse even to say what it is.
        if (typeof arg !== 'object' || (isInstance(arg) && !transferListOf(arg))) return undefined;
        packed.push(check.pack(arg, ''));
      } catch {
        return undefined; // told where the task begins
      }
      for (const item of check.moved) moved.add(item);
    }
  }
  return { args: packed, moved: [...moved] };
}
