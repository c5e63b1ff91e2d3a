import type { Scope } from './scope.js';
import type { Constructor, Token, TokenKey, TokenType } from './token.js';

/** The types that a list of tokens stands for. */
export type TokenTypes<K extends readonly Token[]> = { -readonly [I in keyof K]: TokenType<K[I]> };

/** How to make the value of a token, when the token is not itself the class to make. */
export type ProviderOptions<T> =
  | {
      /** The value itself. The container never disposes it: it did not make it. */
      readonly useValue: T;
    }
  | {
      /** How long the value lives; a singleton if left out. */
      readonly scope?: Scope;
      /** The class to make. */
      readonly useClass: Constructor<T>;
    }
  | {
      /** How long the value lives; a singleton if left out. */
      readonly scope?: Scope;
      /** Makes the value; may be async. Its own typed parameters are injected. */
      readonly useFactory: (...args: never[]) => T | Promise<T>;
      /** The tokens of the factory's parameters, where no transform reads their types. */
      readonly deps?: readonly Token[];
    };

interface Made {
  readonly token: TokenKey;
  readonly scope: Scope;
  /** Tokens given by hand, in the order of the parameters. */
  readonly deps?: readonly Token[];
}

/** What the registry holds for a token. */
export type Definition =
  | (Made & { readonly kind: 'class'; readonly make: Constructor<unknown> })
  | (Made & { readonly kind: 'factory'; readonly make: (...args: never[]) => unknown })
  | { readonly kind: 'value'; readonly token: TokenKey; readonly value: unknown }
  | { readonly kind: 'alias'; readonly token: TokenKey; readonly target: TokenKey };

/** A definition that makes its values. */
export type MakingDefinition = Extract<Definition, Made>;
