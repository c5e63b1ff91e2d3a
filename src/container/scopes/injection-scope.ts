import { RegistrationError, ScopeClosedError } from '../../errors.js';
import type { Linked } from '../../linked-list.js';
import { attempt } from '../../thrown.js';
import { isObject, isThenable } from '../../values.js';
import { both, type Failure } from '../failures.js';
import { logError } from '../logger.js';
import type { MakingProvider } from '../registry/provider.js';
import { type Token, type TokenKey, tokenName } from '../tokens/token.js';
import type { CallsInFlight } from './calls-in-flight.js';
import { InFlight } from './in-flight.js';
import { replaceHook, takesHooks } from './replaced-hooks.js';
import type { Finalizer } from './resource.js';
import { refuseFromInside } from './work.js';

/** Makes values in a scope: that of its container. */
interface ScopeResolver {
  /** @param remedy what to do where that takes time */
  resolveIn(token: TokenKey, scope: InjectionScope, remedy?: string): unknown;
  resolveInAsync(token: TokenKey, scope: InjectionScope): Promise<unknown>;
}

const none: readonly never[] = [];

/** A singleton, which may live longer than what is made for it. */
export interface ScopeOwner {
  readonly provider: MakingProvider;
  /** Something is made for it later, which it may keep: by a plan, of a provider, for a token. */
  given(part: object): void;
}

/** Where a scope stands among others. */
interface ScopePosition {
  /** The singleton that it belongs to: nothing in it may live shorter. */
  readonly owner?: ScopeOwner;
  /**
   * The call in whose asynchronous flow it is opened: where resources with `nested: 'share'` come from. `null` for one
   * that shares with none.
   */
  readonly outer?: InjectionScope | null | undefined;
  /** Those that its own is one of. */
  readonly calls?: CallsInFlight;
  /** The call, for messages; none if it is that of a task. */
  readonly call?: { describe(): string } | undefined;
}

/**
 * The life of one injected call, or of one `openScope()`: what is opened in it is shared by all that it makes,
 * and closed in reverse order when it ends.
 */
export class InjectionScope implements AsyncDisposable {
  /** @internal */
  readonly resolver: ScopeResolver;
  /** @internal */
  before: Linked | undefined;
  /** @internal */
  after: Linked | undefined;
  readonly #position: ScopePosition;
  readonly #countedBy: InFlight | undefined;
  #values: Map<MakingProvider, unknown> | undefined;
  #finalizers: Finalizer[] | undefined;
  /** What it closes or is given from elsewhere, once somebody has asked. */
  #known: Set<unknown> | undefined;
  /** Called when it first has something to close. */
  #whenUsed: (() => void) | undefined;
  /** Why its body has failed behind its end. */
  #lateFailure: Failure | undefined;
  /** Openings and resolutions under way, and calls that share a resource of this scope. */
  #inFlight: InFlight | undefined;
  /** `settled` or `failed`: its body has ended, so that nothing more opens in it or joins it. */
  #state: 'open' | 'settled' | 'failed' | 'closing' | 'closed' = 'open';
  #closing: void | Promise<void> = undefined;

  /** @internal */
  constructor(resolver: ScopeResolver, position: ScopePosition = {}) {
    this.resolver = resolver;
    this.#position = position;
    this.#countedBy = position.calls?.enter(this);
  }

  /**
   * Gives the value of a token, opened in this scope if it is a resource.
   *
   * @throws ScopeClosedError if the scope has ended, and the value would be closed with it
   * @throws AsyncProviderInSyncContextError if the value takes time to make
   */
  resolve<T>(token: Token<T>): T {
    return this.resolver.resolveIn(token, this) as T; // the registry keeps token and type together
  }

  /**
   * Like {@link resolve}, and waits for what takes time to make.
   *
   * @throws ScopeClosedError if the scope has ended, and the value would be closed with it
   */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    this.#enter();
    try {
      return (await this.resolver.resolveInAsync(token, this)) as T; // the registry keeps token and type together
    } finally {
      this.#inFlight?.leave();
    }
  }

  /**
   * Closes what was opened, in reverse order: each one, also if another fails.
   *
   * @throws SelfWaitError in a task that this scope waits for
   */
  async [Symbol.asyncDispose](): Promise<void> {
    refuseFromInside(this, 'its scope to close');
    await this.close();
  }

  /** @internal */
  get owner(): ScopeOwner | undefined {
    return this.#position.owner;
  }

  /** @internal Whether it is that of a call, which its container waits for. */
  get isCall(): boolean {
    return this.#countedBy !== undefined;
  }

  /** @internal The call in whose flow it is: `undefined` for the outermost, `null` for what is in no flow. */
  get outer(): InjectionScope | null | undefined {
    return this.#position.calls ? this.#position.outer : null;
  }

  /** @internal The one value of a provider in this scope; concurrent first uses share it. */
  obtain(provider: MakingProvider, open: (scope: InjectionScope) => unknown): unknown {
    const known = this.#values?.get(provider);
    if (known !== undefined || this.#values?.has(provider)) return known;
    if (this.#state !== 'open') throw scopeEnded(tokenName(provider.token));
    const sharing = provider.nested && this.#sharing(provider);
    const value = sharing ? sharing.#share(provider, this) : open(this);
    return this.seed(provider, value instanceof Promise ? this.#opening(provider, value) : value);
  }

  /** @internal Has the scope give this value, which it does not own. */
  seed(provider: MakingProvider, value: unknown): unknown {
    this.#values ??= new Map();
    this.#values.set(provider, value);
    this.#known?.add(value);
    return value;
  }

  async #opening(provider: MakingProvider, opening: Promise<unknown>): Promise<unknown> {
    this.#enter();
    try {
      return this.seed(provider, await opening);
    } catch (error) {
      this.#values?.delete(provider); // a failure is not kept: the next use tries again
      throw error;
    } finally {
      this.#inFlight?.leave();
    }
  }

  #enter(): void {
    this.#inFlight ??= new InFlight();
    this.#inFlight.enter();
  }

  /** The nearest call around this one that has the resource open. */
  #sharing(provider: MakingProvider): InjectionScope | undefined {
    for (let scope = this.#position.outer; scope; scope = scope.#position.outer) {
      if (scope.resolver !== this.resolver || scope.#state !== 'open') continue;
      if (scope.#values?.has(provider)) return scope;
    }
    return undefined;
  }

  #share(provider: MakingProvider, inner: InjectionScope): unknown {
    this.#enter();
    inner.own({ close: () => this.#inFlight?.leave() });
    return this.#values?.get(provider);
  }

  /** @internal The names of what is open in it. */
  openNames(): string[] {
    const kept = new Set(this.#values?.values());
    const others = this.#finalizers
      ?.map(({ value }) => value)
      .filter((value) => isObject(value) && !kept.has(value));
    const names = others?.map((value) => attempt(() => String(value?.constructor.name), 'an object')) ?? none;
    return [...[...(this.#values?.keys() ?? none)].map(({ token }) => tokenName(token)), ...names];
  }

  /** @internal The call that it belongs to, for messages. */
  get callName(): string | undefined {
    return this.#position.call?.describe();
  }

  /** @internal Whether it owns anything that must be closed. */
  get empty(): boolean {
    return !this.#finalizers?.length;
  }

  /** @internal Whether it closes this value, or was given it by who does. */
  knows(value: unknown): boolean {
    this.#known ??= new Set([
      ...(this.#finalizers?.map((finalizer) => finalizer.value) ?? none),
      ...(this.#values?.values() ?? none),
    ]);
    return this.#known.has(value);
  }

  /** @internal Calls this when it has something to close: now, or later. */
  whenUsed(tell: () => void): void {
    if (this.#finalizers) tell();
    else this.#whenUsed = tell;
  }

  /**
   * @internal Closes something with the scope.
   *
   * @throws ScopeClosedError if the scope has closed already; then it is closed at once
   */
  own(finalizer: Finalizer): void {
    if (this.#state !== 'closed') {
      if (!this.#finalizers) {
        this.#finalizers = [];
        this.#whenUsed?.();
      }
      this.#finalizers.push(finalizer);
      this.#known?.add(finalizer.value);
      return;
    }
    void closeLate(finalizer);
    throw scopeEnded(finalizer.value === undefined ? 'A value' : tokenName(finalizer.value));
  }

  /** @internal Lets what was resolved outside any scope close the scope it lives in. */
  closeWith(value: unknown, name: string): void {
    if (!isObject(value) || !takesHooks(value)) {
      if (this.empty) return; // nothing is open yet: its container closes what will be
      const why = !isObject(value)
        ? `it is a ${typeof value}`
        : Object.isExtensible(value)
          ? 'its own disposer cannot be replaced'
          : 'it is frozen';
      throw new RegistrationError(
        `resolve(${name}): the value has to be closed, and nothing can be said to it (${why})`,
        'Use "await using scope = Container.openScope()" and scope.resolve(), or take it in an injected function.',
      );
    }
    replaceHook(value, Symbol.asyncDispose, () => this[Symbol.asyncDispose]());
    if (Symbol.dispose in value) replaceHook(value, Symbol.dispose, () => void this.close()?.catch(logError));
  }

  /**
   * @internal Two steps: first everything goes quiet, then all is closed in reverse order of opening.
   *
   * @param failure why the body failed: resources see it, and can roll back
   */
  close(failure?: Failure): void | Promise<void> {
    if (this.#state !== 'open') return this.#closing;
    this.#state = failure ? 'failed' : 'settled';
    this.#closing = this.#finish(failure);
    return this.#closing;
  }

  /**
   * @internal Its body has failed behind its end, before anything was closed.
   *
   * @param failure what its resources see of it
   */
  fail(failure?: Failure): void {
    if (this.#state !== 'settled') return;
    this.#state = 'failed';
    this.#lateFailure = failure;
  }

  /** @internal Whether its body has ended. */
  get hasEnded(): boolean {
    return this.#state !== 'open';
  }

  /** @internal Whether what its body has put off is not to begin. */
  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** @internal Whether what it owns closes, or has closed. */
  get isClosing(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  #finish(failure: Failure | undefined): void | Promise<void> {
    const waiting = this.quiet();
    if (waiting) return this.#finishAfter(waiting, failure);
    this.#state = 'closing';
    return this.#finalize(failure);
  }

  async #finishAfter(waiting: Promise<unknown>, failure: Failure | undefined): Promise<void> {
    await waiting;
    return this.#finish(failure ?? this.#lateFailure); // again, since what it waited for may have begun more
  }

  /** @internal A promise while something in the scope is still in use. */
  quiet(): Promise<unknown> | undefined {
    const ended = this.#inFlight?.ended();
    let waits = ended && [ended];
    for (const finalizer of this.#finalizers ?? none) {
      const quiet = finalizer.quiet?.();
      if (quiet instanceof Promise) waits = [...(waits ?? none), quiet];
    }
    return waits && Promise.allSettled(waits);
  }

  #finalize(failure: Failure | undefined, problem?: Failure): void | Promise<void> {
    for (let next = this.#finalizers?.pop(); next; next = this.#finalizers?.pop()) {
      try {
        const closing = next.close(failure);
        if (isThenable(closing)) return this.#finalizeAfter(closing, failure, problem);
      } catch (error) {
        problem = both(problem, error);
      }
    }
    this.#state = 'closed';
    this.#values = undefined;
    this.disown();
    if (problem) throw problem.error;
  }

  /** Not in {@link #finalize}: closures in it would cost each scope a context. */
  #finalizeAfter(
    closing: PromiseLike<unknown>,
    failure: Failure | undefined,
    problem: Failure | undefined,
  ): Promise<void> {
    return Promise.resolve(closing).then(
      () => this.#finalize(failure, problem),
      (error: unknown) => this.#finalize(failure, both(problem, error)),
    );
  }

  /** @internal It is no call in flight any more: nothing that closes waits for it. */
  disown(): void {
    if (this.#countedBy) this.#position.calls?.leave(this, this.#countedBy);
  }
}

async function closeLate(finalizer: Finalizer): Promise<void> {
  try {
    await finalizer.close(undefined);
  } catch (error) {
    logError(error);
  }
}

export function scopeEnded(name: string): ScopeClosedError {
  return new ScopeClosedError(
    `${name} was asked of an injection scope that has ended`,
    'Resolve what you need before the injected call returns, or open a scope of your own.',
  );
}
