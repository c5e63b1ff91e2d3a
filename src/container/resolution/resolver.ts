import { isObject } from '../../values.js';
import type { MakingProvider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { Scope } from '../scope.js';
import { CallsInFlight } from '../scopes/calls-in-flight.js';
import { closeAfter, closeNow } from '../scopes/closing.js';
import { useFlow } from '../scopes/flow.js';
import { InjectionScope, type ScopeOwner } from '../scopes/injection-scope.js';
import { refuseFromScopesOf } from '../scopes/work.js';
import { checkToken } from '../tokens/check-token.js';
import { type TokenKey, tokenName } from '../tokens/token.js';
import { accepts, resembles } from './acceptance.js';
import { asyncInSync, refusePromise } from './async-in-sync.js';
import { captive } from './captive.js';
import { ContainerEnd } from './container-end.js';
import { loadMissing } from './needs.js';
import { Plan } from './plan.js';
import { type Generation, Planner } from './planner.js';
import { Singletons } from './singletons.js';

/** Another container that answers instead: on a worker thread, that of the main thread. */
interface Elsewhere {
  /** @throws RemoteError if nothing there can be meant by the token */
  check(token: TokenKey): void;
  resolve(token: TokenKey): unknown;
  resolveIn(token: TokenKey, scope: InjectionScope): unknown;
  resolveAsync(token: TokenKey): Promise<unknown>;
  has(token: TokenKey): boolean;
}

/** Makes and keeps the values of one container: what stands behind its public face. */
export class Resolver {
  readonly registry: Registry;
  readonly singletons: Singletons;
  readonly planner: Planner;
  readonly #parent: Resolver | undefined;
  readonly calls: CallsInFlight;
  readonly end: ContainerEnd;
  elsewhere: () => Elsewhere | undefined = () => undefined;
  /** What those that are made from now on call before they make anything: for who wants to know what would be. */
  static beforeUse: (() => void) | undefined;
  /** The same of this one. */
  beforeUse = Resolver.beforeUse;

  constructor(registry: Registry, parent?: Resolver) {
    this.registry = registry;
    this.#parent = parent;
    this.singletons = new Singletons((owner) => new InjectionScope(this, { owner }), parent?.singletons);
    this.calls = new CallsInFlight(parent?.calls, registry.isDefault);
    this.end = new ContainerEnd(this, parent?.end);
    this.planner = new Planner(this, registry, this.singletons, parent?.planner);
  }

  /** Whether it is `other`, or a child of it, or of one of these. */
  descendsFrom(other: object): boolean {
    return this === other || (this.#parent?.descendsFrom(other) ?? false);
  }

  /** Another object after each change of the registry. */
  get generation(): Generation {
    return this.planner.generation;
  }

  plan(token: TokenKey, asker?: object): Plan {
    this.end.refuseDisposed();
    this.beforeUse?.();
    const elsewhere = this.elsewhere();
    if (!elsewhere) return this.planner.plan(token, asker);
    elsewhere.check(token);
    useFlow(); // what is shared there is known only there
    const provider = { kind: 'factory', token, scope: Scope.Transient, make: () => undefined } as const;
    const get = (scope: InjectionScope | undefined) =>
      scope ? elsewhere.resolveIn(token, scope) : elsewhere.resolve(token);
    return new Plan(provider, get, { scoped: true, shares: true, mayWait: true });
  }

  provides(token: TokenKey): boolean {
    const elsewhere = this.elsewhere();
    return elsewhere ? elsewhere.has(token) : this.registry.get(token) !== undefined;
  }

  /** Whether a token stands for a string, a number, or the like; `undefined` where only its factory knows. */
  givesPrimitive(token: TokenKey): boolean | undefined {
    const target = this.registry.target(token);
    if (target?.kind === 'factory' && typeof token !== 'function') return undefined;
    return target?.kind === 'value' && !isObject(target.value);
  }

  accepts(token: TokenKey, argument: unknown): boolean {
    return accepts(token, argument, this.registry, this.singletons);
  }

  resembles(token: TokenKey, argument: object): boolean {
    return resembles(token, argument, this.registry);
  }

  /** The resource behind a token. */
  resourceOf(token: TokenKey | undefined): MakingProvider | undefined {
    const target = token && this.registry.target(token);
    return target && 'make' in target && target.scope === Scope.Resource ? target : undefined;
  }

  /** @param tell told of the scope in which it stays open, if it does */
  resolve(token: TokenKey, tell?: (scope: InjectionScope) => void): unknown {
    const plan = this.planner.generation.plans.get(token);
    if (plan !== undefined) {
      const { singleton, builder } = plan;
      if (singleton?.made) return singleton.value;
      if (builder !== undefined) return builder.build();
    }
    return this.#owning(token, atOnce, tell);
  }

  async resolveAsync(token: TokenKey): Promise<unknown> {
    return await this.resolveSoon(token);
  }

  /** The value, or a promise if it takes time to make. */
  resolveSoon(token: TokenKey, tell?: (scope: InjectionScope) => void): unknown {
    const elsewhere = this.elsewhere();
    if (elsewhere) return elsewhere.resolveAsync(token);
    const made = this.planner.generation.plans.get(token)?.singleton;
    if (made?.made) return made.value;
    const value = this.#loadAndResolve(token, tell);
    return value instanceof Promise ? this.calls.during(value) : value;
  }

  #loadAndResolve(token: TokenKey, tell: ((scope: InjectionScope) => void) | undefined): unknown {
    const owning = () => this.#owning(token, (plan, scope) => plan.get(scope), tell);
    const loading = this.#load(token);
    return loading ? loading.then(owning) : owning();
  }

  resolveIn(token: TokenKey, scope: InjectionScope, remedy?: string): unknown {
    return atOnce(this.#planIn(token, scope), scope, remedy);
  }

  async resolveInAsync(token: TokenKey, scope: InjectionScope): Promise<unknown> {
    const loading = this.#load(token);
    if (loading) await loading;
    return await this.resolveInSoon(token, scope);
  }

  /** The value, or a promise if it takes time to make. */
  resolveInSoon(token: TokenKey, scope: InjectionScope): unknown {
    const value = this.#planIn(token, scope).get(scope);
    return value instanceof Promise ? this.calls.during(value) : value;
  }

  /** What it is made of may be known by `import type`. */
  #load(token: TokenKey): Promise<void> | undefined {
    return loadMissing(() => this.plan(token))?.then(() => this.#load(token));
  }

  #planIn(token: TokenKey, scope: InjectionScope): Plan {
    const plan = this.plan(checkToken(token, 'resolve'));
    const { owner } = scope;
    if (plan.resource && owner) throw captive(owner.provider, plan.resource);
    owner?.given(plan);
    return plan;
  }

  /** Resolves outside any scope: what must be closed is the caller's, and closes all that was made for it. */
  #owning(
    token: TokenKey,
    get: (plan: Plan, scope: InjectionScope | undefined) => unknown,
    tell?: (scope: InjectionScope) => void,
  ): unknown {
    const plan = this.plan(checkToken(token, 'resolve'));
    if (this.elsewhere() || !plan.scoped) return get(plan, undefined);
    const scope = new InjectionScope(this);
    const owned = (value: unknown) => {
      if (scope.empty && !plan.defers) return value;
      scope.closeWith(value, tokenName(token));
      scope.whenUsed(() => this.#hold(scope));
      tell?.(scope);
      return value;
    };
    try {
      const value = get(plan, scope);
      if (!(value instanceof Promise)) return owned(value);
      return value.then(owned).catch((error: unknown) => closeAfter(scope, { error }));
    } catch (error) {
      return closeNow(scope, { error });
    }
  }

  /**
   * The scope of an injected call.
   *
   * @param outer `null` if it shares with none
   * @param call names it, unless it is that of a task, which does so itself
   */
  openCall(outer: InjectionScope | null | undefined, call?: { describe(): string }): InjectionScope {
    return new InjectionScope(this, { outer, calls: this.calls, call });
  }

  /**
   * A scope that the caller closes.
   *
   * @param owner with whose container it closes instead
   */
  openScope(owner?: ScopeOwner): InjectionScope {
    this.end.refuseDisposed();
    this.beforeUse?.();
    const scope = new InjectionScope(this, owner && { owner });
    this.#hold(scope);
    return scope;
  }

  #hold(scope: InjectionScope): void {
    if (!this.elsewhere()) this.end.hold(scope); // what is open is held there
  }

  /**
   * @param drops as for {@link ContainerEnd.drop}
   * @throws SelfWaitError in a task whose end that waits for: of a call in flight, or of a singleton that it closes
   */
  refuseFromItsCalls(what: string, drops: (provider: MakingProvider, singleton: object) => boolean): void {
    const isWaitedFor = (held: object) =>
      held instanceof Resolver ? held.descendsFrom(this) : this.singletons.wouldDrop(held, drops);
    refuseFromScopesOf(isWaitedFor, what);
  }
}

/**
 * The value of a plan, where nothing can wait for it.
 *
 * @param remedy what to do where that takes time
 */
function atOnce(plan: Plan, scope: InjectionScope | undefined, remedy?: string): unknown {
  const slow = plan.waitsFor();
  if (slow !== undefined) throw asyncInSync(slow, `resolve(${plan.name})`, remedy);
  const value = plan.get(scope);
  if (!(value instanceof Promise) || !plan.mayWait) return value;
  return refusePromise(value, plan.name, `resolve(${plan.name})`, remedy);
}
