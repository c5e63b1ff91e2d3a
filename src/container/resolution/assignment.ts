import type { TypedParameter } from '../../reflection/parameters.js';
import { isObject } from '../../values.js';
import type { MakingProvider } from '../registry/provider.js';
import { DerivedToken } from '../tokens/derived-token.js';
import type { TokenKey } from '../tokens/token.js';

/** A parameter, and whether a container can inject it. */
export interface Slot {
  readonly parameter: TypedParameter;
  readonly token: TokenKey | undefined;
  readonly provided: boolean;
  /** What gives an object of the origin of a flow. */
  readonly ofOrigin: MakingProvider | undefined;
  /** Whether it is given a primitive, which the caller passes as the types say; `undefined` where only a factory knows. */
  readonly primitive: boolean | undefined;
}

/** Which argument of a call goes to which parameter. */
export interface Assignment {
  /** In the order of the parameters, with gaps where something is injected. */
  readonly values: unknown[];
  /** The parameters that are passed by hand, though they could be injected. */
  readonly passed: readonly number[] | undefined;
  /** How many arguments were taken. */
  readonly taken: number;
  /** The parameter that the next argument does not fit, if it can do without one no more than the call. */
  readonly unfilled: Slot | undefined;
}

/** Whether an argument stands for what a parameter is injected with. */
type Accepts = (slot: Slot, argument: unknown) => boolean;

/**
 * Gives the arguments to the parameters, in their order: to what can be injected only what its type tells.
 *
 * @param accepts tells it for sure
 */
export function assign(slots: readonly Slot[], args: readonly unknown[], accepts: Accepts): Assignment {
  const values: unknown[] = new Array(slots.length);
  let passed: number[] | undefined;
  let next = 0;
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index] as Slot; // in bounds
    const { parameter, token, provided } = slot;
    const waiting = next < args.length;
    const argument = args[next];
    if (token && waiting && accepts(slot, argument)) {
      passed ??= [];
      passed.push(index);
      values[index] = argument;
      next++;
    } else if (provided || (token && parameter.optional)) {
      // Injected, or left to its default.
    } else if (waiting && mayStandFor(token, argument)) {
      if (!fits(parameter, argument)) return { values, passed, taken: next, unfilled: slot };
      values[index] = argument;
      next++;
    } else if (!parameter.optional) {
      return { values, passed, taken: next, unfilled: slot };
    }
  }
  return { values, passed, taken: next, unfilled: undefined };
}

/** A way to give arguments to the parameters from one on: how much of it is guessed, and whether that one takes one. */
interface Way {
  readonly cost: number;
  readonly takes: boolean;
}

/**
 * Gives all arguments to the parameters, also where a type does not tell which: a fake of a class, an object for an
 * interface, `undefined` for what is optional. Of all ways the one in which the least is guessed.
 *
 * @param accepts tells for sure that an argument stands for what a parameter is injected with
 * @param resembles tells it by what an object has
 * @param takesRest whether what is left over has a place
 */
export function guess(
  slots: readonly Slot[],
  args: readonly unknown[],
  accepts: Accepts,
  resembles: Accepts,
  takesRest: boolean,
): Assignment | undefined {
  /** By parameter and argument; the last ones first, since each way is made of a shorter one. */
  const ways: (Way | undefined)[][] = [];
  const end = args.map((): Way | undefined => (takesRest ? { cost: 0, takes: false } : undefined));
  ways[slots.length] = [...end, { cost: 0, takes: false }];
  for (let index = slots.length - 1; index >= 0; index--) {
    const slot = slots[index] as Slot; // in bounds
    const after = ways[index + 1] ?? [];
    ways[index] = Array.from({ length: args.length + 1 }, (_, next) => {
      const waiting = next < args.length;
      const cost = waiting ? costOf(slot, args[next], accepts, resembles) : Number.POSITIVE_INFINITY;
      const taken = waiting ? after[next + 1] : undefined;
      const left = mayBeLeft(slot, waiting) ? after[next] : undefined;
      const takes = cost + (taken?.cost ?? Number.POSITIVE_INFINITY);
      if (takes <= (left?.cost ?? Number.MAX_VALUE)) return { cost: takes, takes: true };
      return left && { cost: left.cost, takes: false };
    });
  }
  if (!ways[0]?.[0]) return undefined;
  const values: unknown[] = new Array(slots.length);
  const passed: number[] = [];
  let next = 0;
  for (let index = 0; index < slots.length; index++) {
    if (!ways[index]?.[next]?.takes) continue;
    const argument = args[next++];
    const { token } = slots[index] as Slot; // in bounds
    if (token && argument === undefined) continue; // injected, or left to its default
    values[index] = argument;
    if (token) passed.push(index);
  }
  return { values, passed: passed.length > 0 ? passed : undefined, taken: next, unfilled: undefined };
}

/** Whether a parameter can do without an argument. */
function mayBeLeft({ parameter, token, provided }: Slot, waiting: boolean): boolean {
  return provided || (parameter.optional === true && (token !== undefined || !waiting));
}

/** How much is guessed where a parameter takes an argument. */
function costOf(slot: Slot, argument: unknown, accepts: Accepts, resembles: Accepts): number {
  const { parameter, token, provided, primitive } = slot;
  const never = Number.POSITIVE_INFINITY;
  if (!token) return fits(parameter, argument) ? 0 : never;
  if (accepts(slot, argument)) return 0;
  const derivation = token instanceof DerivedToken ? token.derivation : undefined;
  if (argument === undefined || argument === null)
    return parameter.optional || derivation === 'optional' ? 1 : never;
  if (!isObject(argument)) {
    const isOwn = !provided && mayStandFor(token, argument) && fits(parameter, argument);
    return isOwn || primitive === undefined ? 1 : never;
  }
  if (derivation === 'lazy') return never; // the container alone makes one
  if (derivation === 'factory') return typeof argument === 'function' ? 1 : never;
  if (derivation === 'all') return Array.isArray(argument) ? 1 : never;
  if (resembles(slot, argument)) return 1;
  return provided ? never : 2; // what calls back may pass anything, and means nothing by it
}

/** Whether a caller can mean this argument for a parameter of this type: else its provider is what is missing. */
export function mayStandFor(token: TokenKey | undefined, argument: unknown): boolean {
  if (token instanceof DerivedToken && token.derivation === 'all') return Array.isArray(argument);
  return typeof token !== 'function' || isObject(argument);
}

/** Whether a value has the primitive type of a parameter. */
export function fits({ primitive, optional }: TypedParameter, value: unknown): boolean {
  if (!primitive || (optional && value === undefined)) return true;
  return (primitive as readonly string[]).includes(typeof value);
}
