import { both, type Failure } from '../failures.js';
import type { MakingProvider, Provider } from '../registry/provider.js';
import { InFlight } from '../scopes/in-flight.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { type TokenKey, tokenName } from '../tokens/token.js';
import { closingOrder } from './closing-order.js';
import { remember } from './creation.js';
import { Holders } from './holders.js';
import type { Plan } from './plan.js';
import { Singleton } from './singleton.js';
import { WeakList } from './weak-list.js';

/** The singletons of one resolver, in the order in which they were made. */
export class Singletons {
  readonly #openScope: (owner: Singleton) => InjectionScope;
  readonly #known = new Map<MakingProvider, Singleton>();
  readonly #made = new Set<Singleton>();
  #holders = new Holders();
  /** Those that were made when they had been dropped: by a task that had waited with its plan. */
  readonly #late = new Set<Singleton>();
  /** Those whose plans `#holders` has not taken in yet. */
  #unread = new Set<Singleton>();

  /** Drops whose singletons are not closed yet. */
  readonly #drops = new InFlight();
  /** Of those, what has something to dispose. */
  readonly #closing = new Set<InjectionScope>();
  /** Those of child containers, which may hold some of these. */
  readonly #children = new WeakList<Singletons>();

  /**
   * @param openScope gives each singleton the scope that owns it, and what is made for it alone
   * @param parent those of the parent container
   */
  constructor(openScope: (owner: Singleton) => InjectionScope, parent?: Singletons) {
    this.#openScope = openScope;
    parent?.adopt(this);
  }

  /** @internal */
  adopt(child: Singletons): void {
    this.#children.add(child);
  }

  of(provider: MakingProvider): Singleton {
    const known = this.#known.get(provider);
    if (known) return known;
    const singleton = new Singleton(provider, this);
    this.#known.set(provider, singleton);
    return singleton;
  }

  /** @internal */
  openScope(owner: Singleton): InjectionScope {
    this.#unread.add(owner);
    return this.#openScope(owner);
  }

  /** @internal */
  made(singleton: Singleton): void {
    this.#made.add(singleton);
    if (this.#known.get(singleton.provider) !== singleton) this.#late.add(singleton);
    remember(singleton.provider, singleton.value);
  }

  /** @internal */
  grown(singleton: Singleton): void {
    this.#unread.add(singleton);
  }

  /** Whether `value` is the singleton of this provider. */
  has(provider: MakingProvider, value: unknown): boolean {
    const singleton = this.#known.get(provider);
    return singleton?.made === true && singleton.value === value;
  }

  /** The plan by which a singleton was made; `undefined` before. */
  planOf(provider: Provider): Plan | undefined {
    const singleton = this.#known.get(provider as MakingProvider); // no other is found
    return singleton?.made ? singleton.plan : undefined;
  }

  /** Those that exist or are being made. */
  begun(): ReadonlySet<object> {
    return new Set([...this.#known.values()].filter(({ begun }) => begun));
  }

  /** The plans of those that are made and hold the value of a token. */
  holdersOf(token: TokenKey): Plan[] {
    return this.#holding(token).filter(
      ({ singleton, provider }) => (singleton?.made || singleton?.lent) && provider.token !== token,
    );
  }

  /** The plans of those that hold one of these parts, and of those that hold one of those. */
  #over(parts: readonly object[]): ReadonlySet<Plan> {
    const plans = new Set(parts.flatMap((part) => this.#holding(part)));
    for (const { singleton } of plans) {
      for (const plan of singleton ? this.#holding(singleton) : []) plans.add(plan);
    }
    return plans;
  }

  #holding(part: object): Plan[] {
    for (const { plan, later } of this.#unread) if (plan) this.#holders.add(plan, later);
    this.#unread.clear();
    // A creation that has failed may have begun again by another plan.
    return [...this.#holders.of(part)].filter((plan) => plan.singleton?.plan === plan);
  }

  /** A promise while something in one of them is still in use. */
  quiet(): Promise<unknown> | undefined {
    const waiting = [...this.#made].flatMap((singleton) => singleton.scope?.quiet() ?? []);
    return waiting.length > 0 ? Promise.all(waiting) : undefined;
  }

  /**
   * Forgets singletons at once, and those of child containers that hold one of them.
   *
   * @param parts providers, or singletons of a parent: what holds one of these is forgotten, too
   * @returns closes them, in reverse order of their creation, each one also if another fails
   */
  drop(
    drops: (provider: MakingProvider, singleton: object) => boolean,
    parts: readonly object[] = [],
  ): () => Promise<void> {
    const dropped = this.#toDrop(drops, parts);
    for (const { provider } of dropped) this.#known.delete(provider);
    if (dropped.length > 0) {
      this.#holders = new Holders();
      this.#unread = new Set([...this.#known.values()].filter(({ plan }) => plan));
    }
    const late = [...this.#late].filter((singleton) => drops(singleton.provider, singleton));
    const singletons = new Set([...dropped, ...late]);
    const gone = [...parts, ...singletons];
    const children = gone.length > 0 ? [...this.#children] : [];
    const closings = children.map((child) => child.drop(() => false, gone));
    if (singletons.size > 0) this.#drops.enter();
    // Last, since those of children hold some of these.
    return () => inTurn([...closings, () => this.#close(singletons)]);
  }

  /** Whether {@link drop} would forget this one. */
  wouldDrop(singleton: object, drops: (provider: MakingProvider, singleton: object) => boolean): boolean {
    return this.#toDrop(drops, []).some((dropped) => dropped === singleton);
  }

  #toDrop(
    drops: (provider: MakingProvider, singleton: object) => boolean,
    parts: readonly object[],
  ): readonly Singleton[] {
    const all = [...this.#known.values()];
    const chosen = new Set(all.filter((singleton) => drops(singleton.provider, singleton)));
    if (chosen.size === all.length) return all;
    const over = this.#over([...parts, ...chosen]);
    return all.filter(
      (singleton) => chosen.has(singleton) || (singleton.plan !== undefined && over.has(singleton.plan)),
    );
  }

  /** A promise while some that were dropped are not closed: others may close only behind what holds them. */
  dropped(): Promise<unknown> | undefined {
    const ofChildren = [...this.#children].map((child) => child.dropped());
    const waiting = [this.#drops.ended(), ...ofChildren].filter((promise) => promise);
    return waiting.length > 0 ? Promise.all(waiting) : undefined;
  }

  /** The names of those that were dropped and are not disposed yet, in their turn. */
  closing(): string[] {
    const ofChildren = [...this.#children].flatMap((child) => child.closing());
    const own = [...this.#closing].flatMap(({ owner }) => (owner ? tokenName(owner.provider.token) : []));
    return [...ofChildren, ...own];
  }

  async #close(singletons: ReadonlySet<Singleton>): Promise<void> {
    if (singletons.size === 0) return;
    try {
      await this.#closeEach(singletons);
    } finally {
      this.#drops.leave();
    }
  }

  async #closeEach(singletons: ReadonlySet<Singleton>): Promise<void> {
    await Promise.all([...singletons].map((singleton) => singleton.settled()));
    const made = [...this.#made].filter((singleton) => singletons.has(singleton));
    const lent = [...singletons].flatMap((singleton) => singleton.takeBack() ?? []);
    const own = closingOrder(made).flatMap((singleton) => {
      this.#made.delete(singleton);
      this.#late.delete(singleton);
      return singleton.release() ?? [];
    });
    const scopes = [...lent, ...own];
    await Promise.all(scopes.map((scope) => scope.quiet()));
    for (const scope of scopes) if (!scope.empty) this.#closing.add(scope);
    await inTurn(
      scopes.map((scope) => async () => {
        try {
          await scope.close();
        } finally {
          this.#closing.delete(scope);
        }
      }),
    );
  }
}

/** Each one, also if another fails. */
async function inTurn(closings: readonly (() => Promise<void>)[]): Promise<void> {
  let problem: Failure | undefined;
  for (const closing of closings) {
    try {
      await closing();
    } catch (error) {
      problem = both(problem, error);
    }
  }
  if (problem) throw problem.error;
}
