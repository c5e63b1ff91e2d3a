import { tokenMark } from '../../reflection/tokens.js';

/** A class that can be made with `new`, whatever its constructor takes. */
export type Constructor<T = object> = new (...args: never[]) => T;

/** A class that stands for its implementations. */
export type AbstractConstructor<T = object> = abstract new (...args: never[]) => T;

/** Names a value that has no class of its own: an interface, a configuration, a string. */
export class TypedToken<T> {
  /** Never set: it lets the compiler tell a token of one type from that of another. */
  declare readonly type: T;
  /** Never set: it lets the compiler tell a token from what merely has a `type` and a `name`. */
  declare private readonly mark: true;
  readonly name: string;

  /** @internal */
  constructor(name: string) {
    this.name = name;
  }

  /** @internal */
  [tokenMark](): void {}
}

/** What a provider is registered under: a class, an abstract class, or a {@link token}. */
export type Token<T = unknown> = Constructor<T> | AbstractConstructor<T> | TypedToken<T>;

/** The type that a token stands for. */
export type TokenType<K> =
  K extends AbstractConstructor<infer T> ? T : K extends TypedToken<infer T> ? T : never;

/**
 * Makes a token for what has no class at run time.
 *
 * @param name what messages call it
 *
 * @example
 * ```ts
 * import { Container, inject, token } from 'offstage';
 *
 * interface Clock { now(): number }
 * const Clock = token<Clock>('Clock');
 *
 * Container.registerProvider(Clock, { useValue: { now: () => 42 } });
 * const time = inject((clock: Clock) => clock.now());
 * console.log(time()); // 42
 * ```
 */
export function token<T>(name: string): TypedToken<T> {
  return new TypedToken<T>(name);
}

/** What a token is at run time: a class, a {@link TypedToken}, or the default container. */
export type TokenKey = object;

/** The name of a token in messages. */
export function tokenName(key: unknown): string {
  if (typeof key === 'function') {
    const name: unknown = key.name; // a static member may hide it
    return typeof name === 'string' && name !== '' ? name : 'anonymous class';
  }
  if (key instanceof TypedToken) return key.name;
  return key instanceof Object ? tokenName(key.constructor) : Object.prototype.toString.call(key);
}
