import type { Scope } from '../scope.js';
import type { Constructor, Token, TokenKey, TokenType } from '../tokens/token.js';

/** The types that a list of tokens stands for. */
export type TokenTypes<K extends readonly Token[]> = { -readonly [I in keyof K]: TokenType<K[I]> };

/** What a factory may return: the value, a promise of it, or a generator that yields it once and then cleans up. */
export type Produced<T> = T | Promise<T> | Generator<T, void, undefined> | AsyncGenerator<T, void, undefined>;

/** How long a value lives, and how it is shared. */
export interface Lifetime {
  /** How long the value lives; a singleton if left out. */
  readonly scope?: Scope;
  /**
   * For resources. `'share'`: an injected call inside the asynchronous flow of a call that has this resource open
   * is given that one, until the body of the outer call has settled.
   */
  readonly nested?: 'share';
}

/** How to make the value of a token, when the token is not itself the class to make. */
export type ProviderOptions<T> =
  | {
      /** The value itself. The container never disposes it: it did not make it. */
      readonly useValue: T;
    }
  | (Lifetime & {
      /** The class to make. */
      readonly useClass: Constructor<T>;
      /** The tokens of the constructor's parameters, where no transform reads their types. */
      readonly deps?: readonly Token[];
      /** For singletons. `'local'`: each worker thread makes an instance of its own, as `@singleton` says. */
      readonly threads?: 'local';
    })
  | (Lifetime & {
      /**
       * Makes the value: a function, an async function, or a generator function that yields it and cleans up
       * after the `yield`. Its own typed parameters are injected.
       */
      readonly useFactory: (...args: never[]) => Produced<T>;
      /** The tokens of the factory's parameters, where no transform reads their types. */
      readonly deps?: readonly Token[];
    });

interface Made {
  readonly token: TokenKey;
  readonly scope: Scope;
  readonly nested?: 'share';
  /** Tokens given by hand, in the order of the parameters. */
  readonly deps?: readonly Token[];
}

/** Asks for its target later. */
export interface DeferredProvider {
  readonly kind: 'lazy' | 'factory-of';
  readonly token: TokenKey;
  readonly target: TokenKey;
}

/** What the registry holds for a token: the public form of a provider. */
export type Provider =
  | (Made & {
      readonly kind: 'class';
      readonly make: Constructor<unknown>;
      /** Each worker thread makes an instance of its own. */
      readonly threads?: 'local';
    })
  | (Made & {
      readonly kind: 'factory';
      readonly make: (...args: never[]) => unknown;
      /** What a decorating factory wraps: its first argument. */
      readonly wraps?: Provider;
      /** It gives objects of what the flow began with: of a web request. */
      readonly ofOrigin?: true;
    })
  | { readonly kind: 'value'; readonly token: TokenKey; readonly value: unknown }
  | { readonly kind: 'alias'; readonly token: TokenKey; readonly target: TokenKey }
  | { readonly kind: 'all'; readonly token: TokenKey; readonly members: readonly Provider[] }
  | { readonly kind: 'optional'; readonly token: TokenKey; readonly target: TokenKey }
  | DeferredProvider;

/** A provider that makes its values. */
export type MakingProvider = Extract<Provider, Made>;
