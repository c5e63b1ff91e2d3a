import { ArgumentError } from '../../errors.js';
import { declarationOf } from '../../reflection/declare.js';
import type { TypedParameter } from '../../reflection/parameters.js';
import { isObject } from '../../values.js';
import type { MakingProvider } from '../registry/provider.js';
import { type Origin, presentOrigin } from '../scopes/origin.js';
import { DerivedToken, tokenOf } from '../tokens/derived-token.js';
import type { TokenKey } from '../tokens/token.js';
import { type Assignment, assign, fits, guess, mayStandFor, type Slot } from './assignment.js';
import { place } from './place.js';
import { absent, type Dependency, type Plan, plansOf, traitsOf } from './plan.js';

/** A function or class whose parameters are mixed. */
export type Callable = (...args: never[]) => unknown;

/** Where the values of parameters come from: a container. */
export interface ParameterSource {
  plan(token: TokenKey, asker: object): Plan;
  provides(token: TokenKey): boolean;
  accepts(token: TokenKey, argument: unknown): boolean;
  resembles(token: TokenKey, argument: object): boolean;
  givesPrimitive(token: TokenKey): boolean | undefined;
  resourceOf(token: TokenKey | undefined): MakingProvider | undefined;
}

/** What the container adds to one call. Never made by a spread: all must be of one shape. */
export interface CallNeeds {
  readonly dependencies: readonly Dependency[];
  /** Resources that the caller passed: whatever else the call needs shares them. */
  readonly seeds: readonly (readonly [MakingProvider, unknown])[];
  readonly scoped: boolean;
  readonly shares: boolean;
}

/** What is left to inject when some parameters are passed by hand. */
interface NeedsWithout extends Omit<CallNeeds, 'seeds'> {
  readonly passed: readonly number[];
  /** Which of those take resources. */
  readonly resources: readonly { readonly provider: MakingProvider; readonly index: number }[];
}

/** What one call gives to each parameter: a plan to inject by, or the caller's value. */
export interface BoundCall {
  readonly needs: CallNeeds;
  /** In the order of the parameters, with gaps where something is injected; after them what a rest parameter takes. */
  readonly values: unknown[];
}

/** The rule that says which parameter gets what, for one function and one state of a container's registry. */
export class CallPlan {
  readonly slots: readonly Slot[];
  readonly #owner: Callable;
  readonly #source: ParameterSource;
  /** Whether there is a rest parameter for what is left over. */
  readonly takesRest: boolean;
  /** Whether it may have more parameters than is known: `length` counts those with defaults no more than a rest. */
  readonly #mayTakeMore: boolean;
  /** Whether a primitive may stand for something that is injected. */
  readonly #guessesPrimitives: boolean;
  readonly #dependencies: (Dependency | undefined)[] = [];
  #base: CallNeeds | undefined;
  #forOrigin: CallNeeds | undefined;
  #last: NeedsWithout | undefined;

  /** @param owner the function, or the class to make */
  constructor(owner: object, parameters: readonly TypedParameter[], source: ParameterSource) {
    this.#owner = owner as Callable; // for messages and counts only
    this.#source = source;
    this.#mayTakeMore = declarationOf(this.#owner)?.parameters === undefined;
    this.takesRest = parameters.at(-1)?.rest === true;
    this.slots = (this.takesRest ? parameters.slice(0, -1) : parameters).map((parameter) => {
      const token = parameter.token && tokenOf(parameter.token);
      const provided = token !== undefined && source.provides(token);
      const primitive = provided && !parameter.named && givesPrimitive(parameter, token, source);
      return { parameter, token, provided, ofOrigin: ofOrigin(source.resourceOf(token)), primitive };
    });
    this.#guessesPrimitives = this.slots.some(({ primitive }) => primitive !== false);
  }

  /**
   * Gives each parameter its plan or argument.
   *
   * @param strict refuse arguments that no parameter takes, instead of dropping them
   */
  bind(args: readonly unknown[], strict: boolean): BoundCall {
    const first = assign(this.slots, args, this.#takes);
    const isDone = !first.unfilled && (this.takesRest || first.taken === args.length);
    const { values, passed, taken, unfilled } = isDone ? first : this.#guess(args, first);
    if (unfilled) throw this.#unfilled(unfilled, args, taken);
    if (this.takesMore) values.push(...args.slice(taken));
    else if (strict && taken < args.length) throw this.#leftOver(args.length, taken);
    return { needs: passed ? this.#needsWith(passed, values) : this.base, values };
  }

  /**
   * The same for what an origin calls by itself: it gives its own objects, wherever they stand among the arguments, and
   * what it passes beside them stands for nothing that is provided.
   */
  bindFor(origin: Origin, args: readonly unknown[]): BoundCall {
    const values: unknown[] = new Array(this.slots.length);
    let isComplete = !this.takesRest;
    for (let index = 0; index < this.slots.length; index++) {
      const { ofOrigin, provided } = this.slots[index] as Slot; // in bounds
      if (ofOrigin) values[index] = origin.give(ofOrigin);
      isComplete &&= ofOrigin ? values[index] !== undefined : provided;
    }
    if (!isComplete) return this.#bindRestFor(origin, args, values);
    // No seeds: whatever else asks for these objects is given them by the origin.
    this.#forOrigin ??= this.#unseeded(this.slots.flatMap(({ ofOrigin }, index) => (ofOrigin ? index : [])));
    return { needs: this.#forOrigin, values };
  }

  /** What an origin does not give by itself takes what else it passes. */
  #bindRestFor(origin: Origin, args: readonly unknown[], values: unknown[]): BoundCall {
    const left = args.filter((argument) => argument === undefined || !values.includes(argument));
    const passed: number[] = [];
    for (let index = 0; index < this.slots.length; index++) {
      const slot = this.slots[index] as Slot; // in bounds
      const { parameter, token, provided, ofOrigin } = slot;
      if (values[index] !== undefined) {
        passed.push(index);
        continue;
      }
      if (provided && !ofOrigin) continue; // injected
      const at = left.findIndex((argument) => this.#isMeantFor(slot, argument, origin));
      if (at >= 0) {
        values[index] = left.splice(at, 1)[0];
        if (token) passed.push(index);
      } else if (!provided && !parameter.optional) {
        throw this.#missing(parameter, token);
      }
    }
    if (this.takesRest) values.push(...left);
    return { needs: passed.length > 0 ? this.#needsWith(passed, values) : this.base, values };
  }

  /** Whether an origin can mean this argument for a parameter that neither it nor the container gives. */
  #isMeantFor({ parameter, token, provided }: Slot, argument: unknown, origin: Origin): boolean {
    const { primitive } = parameter;
    if (!token) return !primitive || (primitive as readonly string[]).includes(typeof argument);
    if (token instanceof DerivedToken) return false; // the provider of what it is made of is missing
    if (typeof token === 'function' || provided) return this.#source.accepts(token, argument);
    return !origin.has(argument); // a type that is known by its name, as that of `next` is
  }

  /** Not where there are more arguments than parameters, as in a callback of `map`. */
  #guess(args: readonly unknown[], first: Assignment): Assignment {
    if (args.length > this.slots.length && !this.takesRest) return first;
    // Numbers and texts for parameters that nobody has told of, as those with a default: there is nothing to guess.
    if (!this.#guessesPrimitives && args.every(isPrimitive)) return first;
    return guess(this.slots, args, this.#takes, this.#resembles, this.takesRest) ?? first;
  }

  readonly #takes = ({ parameter, token, primitive }: Slot, argument: unknown): boolean => {
    if (argument === null) return parameter.nullable === true;
    if (!isObject(argument) && parameter.primitive) return primitive === true && fits(parameter, argument);
    return (primitive || isObject(argument)) && this.#source.accepts(token as TokenKey, argument); // asked for tokens only
  };

  readonly #resembles = ({ token, ofOrigin }: Slot, argument: unknown): boolean => {
    if (!isObject(argument)) return false;
    if (ofOrigin && !presentOrigin()) return true; // outside of one, nothing else gives its objects
    return this.#source.resembles(token as TokenKey, argument); // asked for tokens only
  };

  /** Whether nothing is lost of arguments that no parameter is known to take. */
  get takesMore(): boolean {
    return this.takesRest || this.#mayTakeMore;
  }

  /** What a call needs when nothing is passed by hand. */
  get base(): CallNeeds {
    this.#base ??= this.#unseeded([]);
    return this.#base;
  }

  #unseeded(passed: readonly number[]): CallNeeds {
    const { dependencies, scoped, shares } = this.#without(passed);
    return { dependencies, seeds: [], scoped, shares };
  }

  /** The same when these are. Most callers pass the same ones each time. */
  #needsWith(passed: readonly number[], values: readonly unknown[]): CallNeeds {
    if (!sameItems(this.#last?.passed, passed)) this.#last = this.#without(passed);
    const { dependencies, resources, scoped, shares } = this.#last as NeedsWithout; // set above
    const seeds = resources
      .map(({ provider, index }) => [provider, values[index]] as const)
      .filter(([, value]) => value !== null); // passed for what may be missing: nothing to share
    return { dependencies, seeds, scoped, shares };
  }

  #without(passed: readonly number[]): NeedsWithout {
    const dependencies = this.slots.map((slot, index) =>
      passed.includes(index) ? { parameter: slot.parameter, plan: undefined } : this.#dependency(index, slot),
    );
    const resources = passed.flatMap((index) => {
      const provider = this.#source.resourceOf(this.slots[index]?.token);
      return provider ? [{ provider, index }] : [];
    });
    const { scoped, shares } = traitsOf(plansOf(dependencies));
    return { passed, resources, dependencies, scoped, shares };
  }

  #dependency(index: number, { parameter, token, provided }: Slot): Dependency {
    const known = this.#dependencies[index];
    if (known) return known;
    const plan: Plan | undefined = provided
      ? this.#source.plan(token as TokenKey, this.#owner) // what is provided has a token
      : token && absent(parameter);
    const dependency = { parameter, plan };
    this.#dependencies[index] = dependency;
    return dependency;
  }

  #unfilled({ parameter, token }: Slot, args: readonly unknown[], taken: number): unknown {
    const argument = args[taken];
    if (taken === args.length || !mayStandFor(token, argument)) return this.#missing(parameter, token);
    const { primitive, name, type } = parameter;
    return new ArgumentError(
      `${place(this.#owner)}: ${name} wants ${type || primitive?.join(' | ')}, and was passed ${kindOf(argument)}`,
      'Pass the arguments of the parameters that are not injected, in their order.',
    );
  }

  #missing(parameter: TypedParameter, token: TokenKey | undefined): unknown {
    if (token) this.#source.plan(token, this.#owner); // says what is missing, and what is there
    return new ArgumentError(
      `${place(this.#owner)}: no argument for ${parameter.name}${parameter.type ? `: ${parameter.type}` : ''}`,
      /^[A-Z]\w*$/.test(parameter.type) && !parameter.primitive
        ? `Pass it, make it optional, or give its type a value that can be provided: export const ${parameter.type} = token<${parameter.type}>('${parameter.type}'), beside the interface.`
        : `Pass it, make it optional, ${parameter.type ? 'or give its type a provider' : 'say its type (compiled JavaScript has none), or name what provides it: inject([A, B], fn)'}.`,
    );
  }

  #leftOver(count: number, taken: number): ArgumentError {
    return new ArgumentError(
      `${place(this.#owner)}: ${count - taken} of ${count} arguments are left over`,
      'Pass the arguments of the parameters that are not injected, in their order.',
    );
  }
}

/** `undefined` where only its factory knows. */
function givesPrimitive(
  { primitive }: TypedParameter,
  token: TokenKey,
  source: ParameterSource,
): boolean | undefined {
  return primitive ? true : source.givesPrimitive(token);
}

function isPrimitive(value: unknown): boolean {
  return value !== undefined && value !== null && !isObject(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function sameItems(some: readonly number[] | undefined, others: readonly number[]): boolean {
  if (some?.length !== others.length) return false;
  for (let index = 0; index < others.length; index++) if (some[index] !== others[index]) return false;
  return true;
}

function ofOrigin(provider: MakingProvider | undefined): MakingProvider | undefined {
  return provider?.kind === 'factory' && provider.ofOrigin ? provider : undefined;
}
