import { runWith } from './injection/ambient.js';
import { injectedFunctions } from './injection/injected-functions.js';
import { Graph } from './inspection/graph.js';
import { loadTypes } from './inspection/load-types.js';
import { validate } from './inspection/validate.js';
import { logger } from './logger.js';
import { Override } from './override.js';
import { definitionOf, sameProvider } from './registry/definition.js';
import type { Provider, ProviderOptions } from './registry/provider.js';
import { Registry } from './registry/registry.js';
import { missing, refuseDerived } from './resolution/explain.js';
import { checkTypesAreKnown } from './resolution/missing-types.js';
import { Resolver } from './resolution/resolver.js';
import { Scope } from './scope.js';
import type { InjectionScope } from './scopes/injection-scope.js';
import { checkSnapshot, Snapshot } from './snapshot.js';
import { checkDeps, checkToken } from './tokens/check-token.js';
import { type Constructor, type Token, type TokenKey, tokenName } from './tokens/token.js';

/** How `Container.create()` makes a container. */
export interface ContainerOptions {
  /**
   * Where it looks for what it does not know itself. Providers of the parent keep their singletons there; what
   * they need is the parent's, too.
   */
  readonly parent?: Container;
}

/** Knows the providers, makes their values, and keeps the singletons. */
export class Container implements AsyncDisposable {
  static {
    // In one file with the default container, a bundler calls the class by another name.
    Object.defineProperty(Container, 'name', { value: 'Container' });
  }
  readonly #default: Container;
  readonly #registry: Registry;
  /** @internal */
  readonly resolver: Resolver;

  /** @internal @param standard the default container: as a token it stands for the container that resolves */
  constructor(standard?: Container, { parent }: ContainerOptions = {}) {
    this.#default = standard ?? this;
    this.#registry = new Registry(parent?.resolver.registry, standard === undefined);
    this.resolver = new Resolver(this.#registry, parent?.resolver);
    this.#registerItself();
  }

  #registerItself(): void {
    this.#registry.set({ kind: 'value', token: this.#default, value: this });
  }

  /**
   * Makes a container of its own: it knows the decorated classes, or all that its parent knows, and keeps its own
   * singletons.
   *
   * @example
   * ```ts
   * import { Container, inject, token } from 'offstage';
   *
   * const Tenant = token<{ name: string }>('Tenant');
   * const hello = inject([Tenant], (tenant) => `hello ${tenant.name}`);
   *
   * const acme = Container.create({ parent: Container });
   * acme.registerProvider(Tenant, { useValue: { name: 'acme' } });
   * console.log(acme.run(() => hello())); // hello acme
   * ```
   */
  create(options?: ContainerOptions): this {
    // `this` is the public type `Container`, by which declarations of inferred types can name it; no class extends it.
    return new Container(this.#default, options) as this;
  }

  /**
   * Runs a function in whose asynchronous flow every injected function resolves from this container, and every task
   * that is added there.
   *
   * @returns what the function returns
   */
  run<T>(body: () => T): T {
    this.resolver.end.refuseDisposed();
    return runWith(this.resolver, body);
  }

  /**
   * Registers how the value of a token is made.
   *
   * @param token the class, abstract class or token
   * @param provider a scope, if the token is itself the class to make; else how to make it
   * @param options `many: true` adds it to what `all(token)` and parameters of type `T[]` are given
   * @throws RegistrationError if the two do not make a provider
   *
   * @example
   * ```ts
   * import { Container, Scope } from 'offstage';
   *
   * class Clock { now() { return 42; } }
   * Container.registerProvider(Clock, Scope.Singleton);
   * console.log(Container.resolve(Clock).now()); // 42
   * ```
   */
  registerProvider<T>(token: Constructor<T>, provider: Scope, options?: { readonly many?: boolean }): void;
  // NoInfer around all of it: around the T alone, a literal in a factory would widen.
  registerProvider<T>(
    token: Token<T>,
    provider: NoInfer<ProviderOptions<T>>,
    options?: { readonly many?: boolean },
  ): void;
  registerProvider<T>(
    token: Token<T>,
    options: Scope | ProviderOptions<T>,
    { many = false }: { readonly many?: boolean } = {},
  ): void {
    refuseDerived(checkToken(token, 'registerProvider'), 'registerProvider');
    const provider = definitionOf(token, options, 'registerProvider');
    if ('make' in provider) checkTypesAreKnown(provider);
    if (many) {
      this.#registry.add(provider);
      return;
    }
    const before = this.#registry.own(token);
    if (before && sameProvider(before, provider)) return;
    if (before) logger().warn(`The provider of ${tokenName(token)} is being overwritten.`);
    this.#warnHolders(token);
    this.#registry.set(provider);
  }

  /**
   * Has every later resolution of `alias` give what `target` gives, also in functions that were injected before.
   *
   * @throws AliasLoopError if the target leads back to the alias
   */
  aliasProvider<T>(alias: Token<T>, target: Token<NoInfer<T>>): void {
    const key = checkToken(alias, 'aliasProvider');
    refuseDerived(key, 'aliasProvider');
    this.#registry.set({ kind: 'alias', token: key, target: checkToken(target, 'aliasProvider') });
    this.#warnHolders(key);
  }

  /**
   * Wraps what a token's provider makes, with the same lifetime.
   *
   * @param token what is registered already: not what an override gives for a while, if something stands behind that
   * @param wrap takes the value first; its other parameters are injected
   * @param deps the tokens of all its parameters, where no transform reads their types
   * @throws ProviderNotFoundError if there is nothing to wrap
   *
   * @example
   * ```ts
   * import { Container, token } from 'offstage';
   *
   * const greet = token<(name: string) => string>('greet');
   * Container.registerProvider(greet, { useValue: (name) => `Hello ${name}` });
   * Container.decorateProvider(greet, (inner) => (name) => `${inner(name)}!`);
   * console.log(Container.resolve(greet)('Ada')); // Hello Ada!
   * ```
   */
  decorateProvider<T>(
    token: Token<T>,
    // biome-ignore lint/suspicious/noExplicitAny: a constraint: what is injected behind the value may have any type, and unknown would refuse it
    wrap: NoInfer<(inner: T, ...injected: any[]) => T | Promise<T>>,
    deps?: readonly Token[],
  ): void {
    const key = checkToken(token, 'decorateProvider');
    refuseDerived(key, 'decorateProvider');
    const wraps = this.#registry.lasting(key);
    const target = this.#registry.behind(wraps);
    if (!wraps || !target) throw missing(this.#registry, [], key, undefined);
    const lifetime =
      'scope' in target
        ? { scope: target.scope, ...(target.nested && { nested: target.nested }) }
        : { scope: Scope.Singleton };
    this.#warnHolders(key);
    this.#registry.set({
      kind: 'factory',
      token: key,
      ...lifetime,
      ...(deps && { deps: checkDeps(deps, 'decorateProvider') }),
      make: wrap,
      wraps,
    });
  }

  /**
   * Puts a provider before the present one, for a while: `using _ = Container.override(Mailer, { useValue: fake })`.
   *
   * @returns puts the old one back, and disposes the singletons that were made of it, and those over them, also those of
   *   child containers; `await using` waits for that
   * @throws RegistrationError if it does not say how to make the value
   */
  override<T>(token: Token<T>, provider: NoInfer<ProviderOptions<T>>): Override {
    refuseDerived(checkToken(token, 'override'), 'override');
    const definition = definitionOf(token, provider, 'override');
    this.#warnHolders(token);
    const back = this.#registry.override(definition);
    return new Override(async () => {
      back();
      const close = this.resolver.singletons.drop((made) => made === definition, [definition]);
      await close();
    });
  }

  /** Whether a token has a provider, or an alias; those that are registered as one of many are for `all(token)`. */
  hasProvider(token: Token): boolean {
    return this.resolver.provides(checkToken(token, 'hasProvider'));
  }

  /** What is registered for a token, `undefined` if nothing is. */
  getProvider(token: Token): Provider | undefined {
    return this.#registry.get(checkToken(token, 'getProvider'));
  }

  /**
   * The value of a token. A resource opens in a scope of its own, which closes with it: `await using`.
   *
   * @throws ProviderNotFoundError, CircularDependencyError, CaptiveDependencyError if there is no way to make it
   * @throws AsyncProviderInSyncContextError if it takes time to make
   * @throws DependencyInjectionError if a dependency of it failed; what its own provider throws comes as it is
   * @throws RegistrationError if it is a resource that nothing could close: it is frozen, or no object, or keeps its disposer
   * @throws ContainerDisposedError after `dispose()`
   */
  resolve<T>(token: Token<T>): T {
    return this.resolver.resolve(token) as T; // the registry keeps token and type together
  }

  /** Like {@link resolve}, and waits for what takes time to make. */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    return (await this.resolver.resolveAsync(token)) as T; // the registry keeps token and type together
  }

  /** Opens an injection scope by hand: `await using scope = Container.openScope()`. */
  openScope(): InjectionScope {
    return this.resolver.openScope();
  }

  /** What is registered now, for {@link restore}. */
  snapshot(): Snapshot {
    return new Snapshot(this.#registry.snapshot(), this.resolver.singletons.begun());
  }

  /**
   * Brings the providers of a snapshot back at once.
   *
   * @returns when the singletons made since are disposed, which begins when the calls in flight that have a scope have ended
   * @throws RegistrationError if it is no snapshot
   * @throws SelfWaitError in a task that it would wait for
   */
  async restore(snapshot: Snapshot): Promise<void> {
    checkSnapshot(snapshot);
    const drops = (_: unknown, singleton: object) => !snapshot.made.has(singleton);
    this.resolver.refuseFromItsCalls('its container to be restored', drops);
    this.#registry.restore(snapshot.registry);
    this.#registerItself(); // the snapshot may be another container's
    await this.resolver.end.drop(drops);
  }

  /**
   * Brings the container back to the built-in providers at once: forgets all that was registered or decorated.
   *
   * @returns when what was made is disposed, which begins when the calls in flight that have a scope have ended
   * @throws SelfWaitError in a task that it would wait for
   */
  async reset(): Promise<void> {
    const drops = () => true;
    this.resolver.refuseFromItsCalls('its container to be reset', drops);
    this.#registry.reset();
    this.#registerItself();
    await this.resolver.end.drop(drops);
  }

  /**
   * Looks for every missing provider, cycle and captive dependency, in the registry and below what it gives to the
   * functions that `inject` has wrapped, without making anything. What such a function itself takes and nobody provides
   * is no problem: its callers may pass it. `offstage check` tells of it.
   *
   * @throws ValidationError which lists them all
   */
  async validate(): Promise<void> {
    await validate(this.#registry, injectedFunctions());
  }

  /** @internal What `offstage check` tells of a valid container: parameters that are no problem if callers pass them. */
  async leftToCallers(): Promise<readonly string[]> {
    const { leftToCallers } = await import('./inspection/left-to-callers.js'); // no program needs it
    return leftToCallers(this.#registry, injectedFunctions());
  }

  /** The providers, the functions that `inject` has wrapped, and what they need. */
  async graph(): Promise<Graph> {
    const calls = injectedFunctions();
    await loadTypes(this.#registry, calls);
    return new Graph(this.#registry, calls);
  }

  /**
   * Waits until no injected call is in flight and no task is left: what they begin meanwhile goes on as before. Then it
   * closes what was opened by hand, and disposes the singletons in reverse order of their creation. The container is of
   * no more use. An injected call that awaits this waits for itself.
   */
  dispose(): Promise<void> {
    return this.resolver.end.dispose();
  }

  /** {@inheritDoc dispose} */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #warnHolders(token: TokenKey): void {
    for (const holder of this.resolver.singletons.holdersOf(token)) {
      logger().warn(
        `The singleton ${holder.name} is already made and keeps the ${tokenName(token)} it was given.`,
      );
    }
  }
}
