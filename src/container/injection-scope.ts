import { ScopeClosedError } from '../errors.js';
import type { Container } from './container.js';
import { both } from './failures.js';
import type { MakingDefinition } from './provider.js';
import { closerOf, quiesce, Resource, type ResourceHooks } from './resource.js';
import type { Token } from './token.js';

/**
 * The life of one injected call, or of one `openScope()`: what is opened in it is shared by all that it makes,
 * and closed in reverse order when it ends.
 */
export class InjectionScope implements AsyncDisposable {
  readonly container: Container;
  readonly #values = new Map<MakingDefinition, unknown>();
  readonly #owned: unknown[] = [];
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closing: void | Promise<void> = undefined;

  /** @internal */
  constructor(container: Container) {
    this.container = container;
  }

  /**
   * Gives the value of a token, opened in this scope if it is a resource.
   *
   * @throws ScopeClosedError if the scope has ended
   * @throws AsyncProviderInSyncContextError if the value takes time to make
   */
  resolve<T>(token: Token<T>): T {
    return this.container.resolveIn(token, this) as T; // the registry keeps token and type together
  }

  /**
   * Like {@link resolve}, and waits for what takes time to make.
   *
   * @throws ScopeClosedError if the scope has ended
   */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    return (await this.container.resolveInAsync(token, this)) as T; // the registry keeps token and type together
  }

  /** Closes what was opened, in reverse order: each one, also if another fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal The one value of a definition in this scope; concurrent first uses share it. */
  obtain(definition: MakingDefinition, open: () => unknown): unknown {
    if (this.#values.has(definition)) return this.#values.get(definition);
    this.refuseIfClosed(definition);
    const value = open();
    this.#values.set(definition, value);
    if (value instanceof Promise) {
      value.then(
        (opened) => this.#values.set(definition, opened),
        () => this.#values.delete(definition), // a failure is not kept: the next use tries again
      );
    }
    return value;
  }

  /** @internal Closes the value with the scope, if it can be closed. */
  own(value: unknown): void {
    if (this.#state === 'closed') closerOf(value)?.();
    else if (closerOf(value)) this.#owned.push(value);
  }

  /** @internal Closes some of what it owns, in reverse order, and keeps the rest. */
  async disown(values: readonly unknown[]): Promise<void> {
    const scope = new InjectionScope(this.container);
    for (const value of this.#owned.filter((owned) => values.includes(owned))) {
      this.#owned.splice(this.#owned.indexOf(value), 1);
      scope.own(value);
    }
    await scope.close();
  }

  /** @internal Lets a resource that was resolved outside any scope close the scope it lives in. */
  closeWith(value: unknown): unknown {
    // The closer on the prototype is taken before the instance's own hides it.
    const close = closerOf(value);
    const index = this.#owned.indexOf(value);
    if (index >= 0)
      this.#owned[index] = { [Resource.exit]: close, [quiesce]: () => (value as ResourceHooks)[quiesce]?.() };
    Object.defineProperty(value, Symbol.asyncDispose, {
      value: async () => this.close(),
      configurable: true,
    });
    return value;
  }

  /** @internal */
  refuseIfClosed(definition: MakingDefinition): void {
    if (this.#state === 'open' || this.#values.has(definition)) return;
    throw new ScopeClosedError(
      `${String((definition.token as { name?: unknown }).name)} was asked of an injection scope that has ended`,
      'Resolve what you need before the injected call returns, or open a scope of your own.',
    );
  }

  /**
   * @internal Two steps: first everything goes quiet, then all is closed in reverse.
   *
   * @param failure why the body failed: resources see it, and can roll back
   */
  close(failure?: { readonly error: unknown }): void | Promise<void> {
    if (this.#state !== 'open') return this.#closing;
    this.#state = 'closing';
    const waits: Promise<unknown>[] = [];
    for (const value of this.#owned) {
      const wait = (value as ResourceHooks)[quiesce]?.(); // own() took only objects that can be closed
      if (wait instanceof Promise) waits.push(wait);
    }
    this.#closing =
      waits.length === 0
        ? this.#closeOwned(failure)
        : Promise.allSettled(waits).then(() => this.#closeOwned(failure));
    return this.#closing;
  }

  #closeOwned(
    failure: { readonly error: unknown } | undefined,
    problem?: { error: unknown },
  ): void | Promise<void> {
    for (let value = this.#owned.pop(); value !== undefined; value = this.#owned.pop()) {
      try {
        const closing = closerOf(value)?.(failure?.error);
        if (closing instanceof Promise) {
          return closing.then(
            () => this.#closeOwned(failure, problem),
            (error: unknown) => this.#closeOwned(failure, both(problem, error)),
          );
        }
      } catch (error) {
        problem = both(problem, error);
      }
    }
    this.#state = 'closed';
    this.#values.clear();
    if (problem) throw problem.error;
  }
}
