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

/**
 * Gives the arguments to the parameters, in their order.
 *
 * @param accepts whether an argument stands for a token: then it goes before injection
 * @param guesses how many arguments may stand for what is injected by their place alone
 */
export function assign(
  slots: readonly Slot[],
  args: readonly unknown[],
  accepts: (slot: Slot, argument: unknown) => boolean,
  guesses = 0,
): Assignment {
  const values: unknown[] = new Array(slots.length);
  let passed: number[] | undefined;
  let next = 0;
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index] as Slot; // in bounds
    const { parameter, token, provided } = slot;
    const waiting = next < args.length;
    const argument = args[next];
    const guessed = guesses > 0 && waiting && mayMean(slot, argument);
    if (token && waiting && (guessed || accepts(slot, argument))) {
      next++;
      if (guessed) guesses--;
      if (argument === undefined) continue; // injected, or left to its default
      passed ??= [];
      passed.push(index);
      values[index] = argument;
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

/** Whether an argument can be meant for what is injected, though its type does not tell. */
function mayMean({ parameter, token, primitive }: Slot, argument: unknown): boolean {
  const derivation = token instanceof DerivedToken ? token.derivation : undefined;
  if (argument === undefined || argument === null) {
    return derivation === 'optional' || (token !== undefined && parameter.optional === true);
  }
  if (!isObject(argument)) return primitive === undefined;
  if (derivation === 'all') return Array.isArray(argument) && argument.length === 0;
  return derivation === 'factory' && typeof argument === 'function';
}

/** Whether there is any such argument. */
export function isGuessable(slot: Slot): boolean {
  return [undefined, null, '', [], () => {}].some((argument) => mayMean(slot, argument));
}

/** Whether a caller can mean this argument for a parameter of this type: else its provider is what is missing. */
export function mayStandFor(token: TokenKey | undefined, argument: unknown): boolean {
  if (token instanceof DerivedToken && token.derivation === 'all') return Array.isArray(argument);
  return typeof token !== 'function' || isObject(argument);
}

function fits({ primitive, optional }: TypedParameter, value: unknown): boolean {
  if (!primitive || (optional && (value === undefined || value === null))) return true;
  return (primitive as readonly string[]).includes(typeof value);
}
