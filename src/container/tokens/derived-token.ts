import { type DerivedKind, DerivedType } from '../../reflection/declare.js';
import type { Factory, Lazy } from './deferred.js';
import { type Token, type TokenKey, TypedToken, tokenName } from './token.js';

/** How a derived token asks for the token it is made of. */
type Derivation = DerivedKind | 'optional';

/** A token for another one, asked for in a special way. There is one for each token and way. */
export class DerivedToken<T = unknown> extends TypedToken<T> {
  readonly derivation: Derivation;
  readonly of: TokenKey;

  /** @internal */
  constructor(derivation: Derivation, of: TokenKey) {
    super(derivation === 'all' ? `${tokenName(of)}[]` : `${words[derivation]}<${tokenName(of)}>`);
    this.derivation = derivation;
    this.of = of;
  }
}

const words = { lazy: 'Lazy', factory: 'Factory', optional: 'Optional' } as const;
const known: Record<Derivation, WeakMap<TokenKey, DerivedToken>> = {
  all: new WeakMap(),
  lazy: new WeakMap(),
  factory: new WeakMap(),
  optional: new WeakMap(),
};

/** The one token that asks for `of` in this way. */
export function derive(derivation: Derivation, of: TokenKey): DerivedToken {
  let derived = known[derivation].get(of);
  if (!derived) {
    derived = new DerivedToken(derivation, of);
    known[derivation].set(of, derived);
  }
  return derived;
}

/** What a parameter's type asks the container for. */
export function tokenOf(type: object): TokenKey {
  return type instanceof DerivedType ? derive(type.kind, type.type) : type;
}

/**
 * All providers that were registered for a token with `{ many: true }`, in that order. Parameters of type `T[]`
 * ask for the same.
 *
 * @example
 * ```ts
 * import { all, Container, token } from 'offstage';
 *
 * const Plugin = token<string>('Plugin');
 * Container.registerProvider(Plugin, { useValue: 'a' }, { many: true });
 * Container.registerProvider(Plugin, { useValue: 'b' }, { many: true });
 * console.log(Container.resolve(all(Plugin)).join()); // a,b
 * ```
 */
export function all<T>(token: Token<T>): TypedToken<T[]> {
  return derive('all', token) as DerivedToken<T[]>; // resolved as such by the planner
}

/**
 * The value, resolved when it is first used: see {@link Lazy}. Parameters of type `Lazy<T>` ask for the same.
 */
export function lazy<T>(token: Token<T>): TypedToken<Lazy<T>> {
  return derive('lazy', token) as DerivedToken<Lazy<T>>; // resolved as such by the planner
}

/**
 * A function that makes a new value at each call: see {@link Factory}. Parameters of type `Factory<T, […]>` ask
 * for the same.
 */
export function factory<T, A extends unknown[] = []>(token: Token<T>): TypedToken<Factory<T, A>> {
  return derive('factory', token) as DerivedToken<Factory<T, A>>; // resolved as such by the planner
}

/** The value, or `undefined` where nothing provides it. Optional parameters (`p?: T`) ask for the same. */
export function optional<T>(token: Token<T>): TypedToken<T | undefined> {
  return derive('optional', token) as DerivedToken<T | undefined>; // resolved as such by the planner
}
