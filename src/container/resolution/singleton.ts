import type { MakingProvider } from '../registry/provider.js';
import { closeAfter, closeNow } from '../scopes/closing.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import type { Create } from './creation.js';
import { partsOf } from './holders.js';
import { circular, Making } from './making.js';
import { Plan, plansOf } from './plan.js';

/** Who keeps singletons, and is told of them. */
interface Keeper {
  openScope(owner: Singleton): InjectionScope;
  /** It has a value now. */
  made(singleton: Singleton): void;
  /** It holds more than before. */
  grown(singleton: Singleton): void;
}

/** One singleton of one container: made on first use, and kept until the container lets it go. */
export class Singleton extends Making {
  /** Whether `value` is there. Read by generated code. */
  made = false;
  value: unknown = undefined;
  /** How it was made, or begun: it keeps what it was given, whatever is registered later. */
  plan: Plan | undefined;
  lent = false;
  /** What owns it, and what was made for it alone. */
  scope: InjectionScope | undefined;
  /** What a `Lazy` or a `Factory` has given it since: providers, tokens and singletons. */
  readonly later = new Set<object>();
  #loan: { readonly scope: InjectionScope; readonly lending: Promise<unknown> } | undefined;
  readonly #laterKnown = new WeakSet<object>();
  readonly provider: MakingProvider;
  readonly #keeper: Keeper;
  /** The creation that is under way; `true` before it is known to take time. */
  #creation: Promise<unknown> | true | undefined;

  constructor(provider: MakingProvider, keeper: Keeper) {
    super(provider.token);
    this.provider = provider;
    this.#keeper = keeper;
  }

  /** Whether it is made, or being made: also by threads. */
  get begun(): boolean {
    return this.made || this.lent || this.#creation !== undefined;
  }

  /** @param mayWait whether it may take time to make */
  get(plan: Plan, create: Create, mayWait: boolean): unknown {
    if (this.made) return this.value;
    if (this.#creation === true) throw circular([this, this]);
    return this.waitFor(this.#creation !== undefined, () => {
      if (!this.#creation) this.#begin(plan, create, mayWait);
      return this.#creation ?? this.value;
    });
  }

  #begin(plan: Plan, create: Create, mayWait: boolean): void {
    this.plan = plan;
    const scope = this.#keeper.openScope(this);
    this.#creation = true;
    try {
      const value = mayWait ? this.run(() => create(scope)) : create(scope);
      if (value instanceof Promise) {
        // Concurrent first uses share the promise.
        this.#creation = value.then(
          (settled) => this.#keep(settled, scope),
          (error: unknown) => {
            this.#creation = undefined; // a failure is not kept: the next use tries again
            return closeAfter(scope, { error });
          },
        );
      } else {
        this.#keep(value, scope);
      }
    } catch (error) {
      this.#creation = undefined;
      closeNow(scope, { error });
    }
  }

  #keep(value: unknown, scope: InjectionScope): unknown {
    this.scope = scope;
    this.value = value;
    this.made = true;
    this.#creation = undefined;
    this.#keeper.made(this);
    return value;
  }

  /** Makes what threads are given for instances of their own, whether one is made here or not. */
  lend<T>(plan: Plan, make: (scope: InjectionScope) => Promise<T>): Promise<T> {
    this.lent = true;
    this.plan ??= plan;
    for (const part of plansOf(plan.dependencies)) this.given(part);
    const scope = this.#keeper.openScope(this);
    const lending = make(scope).catch((error: unknown) => closeAfter(scope, { error }));
    this.#loan = { scope, lending };
    return lending;
  }

  /** Lends no longer; gives the scope that still has to be closed. */
  takeBack(): InjectionScope | undefined {
    const scope = this.#loan?.scope;
    this.#loan = undefined;
    return scope;
  }

  /** Something is made for it later, which it may keep: by a plan, of a provider, for a token. */
  given(part: object): void {
    if (this.#laterKnown.has(part)) return;
    this.#laterKnown.add(part);
    // Not the plan itself: each change of the registry makes new ones.
    for (const each of part instanceof Plan ? partsOf(part) : [part]) this.later.add(each);
    this.#keeper.grown(this);
  }

  /** Waits for what is being made, however it ends. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#creation, this.#loan?.lending]);
  }

  /** Lets go of the value; gives the scope that still has to be closed. */
  release(): InjectionScope | undefined {
    const scope = this.scope;
    this.made = false;
    this.value = undefined;
    this.scope = undefined;
    return scope;
  }
}
