/**
 * A dependency that is resolved when it is first used, and then kept. It also unties a cycle: one of the two
 * takes the other as `Lazy`.
 *
 * @example
 * ```ts
 * import { Container, type Lazy, singleton } from 'offstage';
 *
 * @singleton
 * class Parent {
 *   name = 'parent';
 *   constructor(readonly child: Lazy<Child>) {}
 * }
 * @singleton
 * class Child {
 *   constructor(readonly parent: Parent) {}
 * }
 *
 * console.log(Container.resolve(Parent).child.value.parent.name); // parent
 * ```
 */
export class Lazy<T> {
  /** @internal What it gives the value of. */
  readonly token: object;
  readonly #resolve: () => T;
  readonly #resolveAsync: () => Promise<T>;
  readonly #isKept: () => boolean;
  #made: { readonly value: T } | undefined;
  #loading: Promise<T> | undefined;

  /** @internal @param isKept whether all who ask for the value share its making */
  constructor(token: object, resolve: () => T, resolveAsync: () => Promise<T>, isKept: () => boolean) {
    this.token = token;
    this.#resolve = resolve;
    this.#resolveAsync = resolveAsync;
    this.#isKept = isKept;
  }

  /**
   * The value.
   *
   * @throws AsyncProviderInSyncContextError if it takes time to make: use {@link load}
   * @throws ScopeClosedError if it is a resource whose scope has ended
   */
  get value(): T {
    this.#made ??= { value: this.#resolve() };
    return this.#made.value;
  }

  /** The value, also if it takes time to make. */
  load(): Promise<T> {
    if (this.#loading) return this.#loading;
    const loading = this.#load();
    // Whoever makes what is kept sees who waits for it, and so finds circles.
    if (!this.#isKept()) this.#loading = loading;
    return loading;
  }

  async #load(): Promise<T> {
    try {
      const value = this.#made ? this.#made.value : await this.#resolveAsync();
      this.#made ??= { value }; // somebody may have taken the value meanwhile
      return this.#made.value;
    } catch (error) {
      this.#loading = undefined; // a failure is not kept
      throw error;
    }
  }
}

/**
 * Makes a new `T` at each call. The arguments are those of its constructor or factory function that are not
 * injected, in their order. What it makes is owned by the scope that it was injected in. What takes time to make is
 * refused, by an `AsyncProviderInSyncContextError`: take that itself, or as {@link Lazy}.
 *
 * @example
 * ```ts
 * import { type Factory, inject, singleton } from 'offstage';
 *
 * @singleton
 * class Clock { now() { return 42; } }
 *
 * class Stamp {
 *   constructor(readonly clock: Clock, readonly text: string) {}
 *   print() { return `${this.clock.now()} ${this.text}`; }
 * }
 *
 * const print = inject((stamp: Factory<Stamp, [text: string]>) => stamp('hello').print());
 * console.log(print()); // 42 hello
 * ```
 */
export type Factory<T, A extends unknown[] = []> = (...args: A) => T;
