/** Types that a caller always passes; branded ones (`string & { … }`) too. */
type Primitive = string | number | bigint | boolean | symbol | null | undefined;

/** Whether a parameter of this type may be left to the container: an object that no primitive can stand for. */
type Injectable<T> = unknown extends T // any, too
  ? false
  : [NonNullable<T>] extends [Primitive]
    ? false
    : [NonNullable<T>] extends [object]
      ? true
      : false;

/** The first element of a tuple as a tuple, with its label where the compiler can keep it (no rest element). */
type Head<P extends readonly unknown[], R extends readonly unknown[], H> = number extends P['length']
  ? [H]
  : P extends readonly [...infer F, ...R]
    ? F
    : [H];

/** The same of optional elements. `undefined` stands for what is left out, also with `exactOptionalPropertyTypes`. */
type OptionalHead<P extends readonly unknown[], R extends readonly unknown[], H> = Optional<
  Head<Required<P>, Required<R>, H>
>;

type Optional<T extends readonly unknown[]> = { [I in keyof T]?: T[I] | undefined };

/**
 * What may be passed for the first parameter and those after it. Where the first has no type of its own, and no
 * argument tells it, the compiler cannot decide: then its message shows this name.
 */
type NeedsTypeOrArgument<First extends readonly unknown[], After extends readonly unknown[]> =
  Injectable<First[0]> extends true ? After | [...First, ...After] : [...First, ...After];

/** A rest parameter alone: `T[]`. */
type IsArray<P extends readonly unknown[]> = P extends readonly (infer E)[]
  ? E[] extends P
    ? true
    : false
  : false;

/**
 * What a caller may pass to a function with the parameters `P`: primitives in their order; each object may be
 * left to the container or passed by hand. A union of the tuples that are left.
 *
 * @example
 * ```ts
 * import type { CallArguments } from 'offstage';
 *
 * class Logger { log(text: string) { console.log(text); } }
 * const ids: CallArguments<[logger: Logger, id: number]> = [42];
 * console.log(ids.length); // 1
 * ```
 */
export type CallArguments<P extends readonly unknown[]> = P extends readonly []
  ? []
  : IsArray<P> extends true
    ? P
    : P extends readonly [infer H, ...infer R]
      ? NeedsTypeOrArgument<Head<P, R, H>, CallArguments<R>>
      : P extends readonly [(infer H)?, ...infer R]
        ? NeedsTypeOrArgument<OptionalHead<P, R, H>, CallArguments<R>>
        : never;

/**
 * The same where the first parameters are named by tokens: what is primitive among those comes from the container
 * alone, since no argument could be told from one for the next parameter.
 */
export type ArgumentsAfter<K extends readonly unknown[], P extends readonly unknown[]> = K extends readonly [
  unknown,
  ...infer L,
]
  ? P extends readonly [infer H, ...infer R]
    ? Injectable<H> extends true
      ? ArgumentsAfter<L, R> | [...Head<P, R, H>, ...ArgumentsAfter<L, R>]
      : ArgumentsAfter<L, R>
    : P extends readonly [(infer H)?, ...infer R]
      ? Injectable<H> extends true
        ? ArgumentsAfter<L, R> | [...OptionalHead<P, R, H>, ...ArgumentsAfter<L, R>]
        : ArgumentsAfter<L, R>
      : CallArguments<P>
  : CallArguments<P>;

/**
 * What a function with the parameters `P` has to be, too, where its first ones are given `T`: nothing more if it takes
 * those, else a function that does, so that the compiler's message shows both. The compiler compares whole functions
 * here: an element inferred out of `P` would lose its `undefined` without `exactOptionalPropertyTypes`.
 */
export type Takes<T extends readonly unknown[], P extends readonly unknown[]> =
  ((...args: P) => unknown) extends TakesFirst<T> ? unknown : TakesFirst<T>;

/** A function whose first parameters are given `T`; `never` goes to whatever comes behind them. */
type TakesFirst<T extends readonly unknown[]> = (...given: [...T, ...never[]]) => unknown;
