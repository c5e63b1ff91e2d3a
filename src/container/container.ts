import { ContainerDisposedError, RegistrationError } from '../errors.js';
import type { Request } from './explain.js';
import { InjectionScope } from './injection-scope.js';
import { logger } from './logger.js';
import { asyncInSync, type Plan } from './plan.js';
import { Planner } from './planner.js';
import type { Definition, MakingDefinition, ProviderOptions } from './provider.js';
import { checkToken, Registry, type RegistrySnapshot } from './registry.js';
import { Scope } from './scope.js';
import type { Constructor, Token, TokenKey } from './token.js';
import { tokenName } from './token.js';

/** What a container held at one moment, for `Container.restore()`. */
export interface Snapshot {
  readonly registry: RegistrySnapshot;
  readonly made: ReadonlySet<MakingDefinition>;
}

const builtIn = new Map<TokenKey, Definition>();

/** @internal Makes a provider known to every container, also after `reset()`. */
export function addBuiltIn(definition: Definition): void {
  builtIn.set(definition.token, definition);
}

/** Knows the providers, makes their values, and keeps the singletons. */
export class Container implements AsyncDisposable {
  readonly #registry = new Registry(builtIn);
  readonly #made = new Map<MakingDefinition, { value: unknown; uses: ReadonlySet<object> }>();
  #root = new InjectionScope(this);
  readonly #planner = new Planner(this.#registry, { made: this.#made, root: () => this.#root });
  #disposed = false;
  /** @internal On a worker thread: asks the main thread's container, so that a singleton stays one. */
  elsewhere: ((token: TokenKey) => unknown) | undefined;
  readonly #default: Container;

  /** @internal @param standard the default container: as a token it stands for the container that resolves */
  constructor(standard?: Container) {
    this.#default = standard ?? this;
    this.#registry.set({ kind: 'value', token: this.#default, value: this });
  }

  /** An isolated container: it knows the decorated classes and has singletons of its own. */
  create(): Container {
    return new Container(this.#default);
  }

  /**
   * Registers how the value of a token is made.
   *
   * @param token the class, abstract class or token
   * @param provider a scope, if the token is itself the class to make; else how to make it
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
  registerProvider<T>(token: Constructor<T>, provider: Scope): void;
  registerProvider<T>(token: Token<T>, provider: ProviderOptions<NoInfer<T>>): void;
  registerProvider<T>(token: Token<T>, provider: Scope | ProviderOptions<T>): void {
    const key = checkToken(token, 'registerProvider');
    const definition = definitionOf(key, provider);
    const before = this.#registry.get(key);
    if (before && same(before, definition)) return;
    if (before) logger().warn(`The provider of ${tokenName(key)} is being overwritten.`);
    this.#warnHolders(key);
    this.#registry.set(definition);
  }

  /**
   * Has every later resolution of `alias` give what `target` gives, also in functions that were injected before.
   *
   * @throws AliasLoopError if the target leads back to the alias
   */
  aliasProvider<T>(alias: Token<T>, target: Token<NoInfer<T>>): void {
    const key = checkToken(alias, 'aliasProvider');
    this.#registry.set({ kind: 'alias', token: key, target: checkToken(target, 'aliasProvider') });
    this.#warnHolders(key);
  }

  /** Whether a token has a provider, or an alias. */
  hasProvider(token: Token): boolean {
    return this.#registry.get(token) !== undefined;
  }

  /**
   * The value of a token. A resource opens in a scope of its own, which closes with it: `await using`.
   *
   * @throws ProviderNotFoundError, CircularDependencyError, CaptiveDependencyError if there is no way to make it
   * @throws AsyncProviderInSyncContextError if it takes time to make
   */
  resolve<T>(token: Token<T>): T {
    if (this.elsewhere) return this.elsewhere(token) as T; // the main thread's registry keeps them together
    return this.#owning(token, (plan, scope) => {
      const slow = plan.waitsFor();
      if (slow) throw asyncInSync(slow, `resolve(${plan.name})`);
      return this.#atOnce(plan.get(scope), plan);
    }) as T; // the registry keeps token and type together
  }

  /** Like {@link resolve}, and waits for what takes time to make. */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    return (await this.#owning(token, (plan, scope) => plan.get(scope))) as T; // the registry keeps token and type together
  }

  /** Opens an injection scope by hand: `await using scope = Container.openScope()`. */
  openScope(): InjectionScope {
    this.#refuseDisposed();
    return new InjectionScope(this);
  }

  /** What is registered now, for {@link restore}. */
  snapshot(): Snapshot {
    return { registry: this.#registry.snapshot(), made: new Set(this.#made.keys()) };
  }

  /** Brings the providers of a snapshot back, and disposes the singletons made since. */
  async restore(snapshot: Snapshot): Promise<void> {
    this.#registry.restore(snapshot.registry);
    const dropped: unknown[] = [];
    for (const [definition, slot] of this.#made) {
      if (snapshot.made.has(definition)) continue;
      this.#made.delete(definition);
      dropped.push(slot.value);
    }
    await this.#root.disown(await Promise.allSettled(dropped).then((all) => all.flatMap(fulfilled)));
  }

  /** Back to the built-in providers: forgets all that was registered or decorated, and disposes what was made. */
  async reset(): Promise<void> {
    this.#registry.reset();
    this.#registry.set({ kind: 'value', token: this.#default, value: this });
    this.#made.clear();
    const root = this.#root;
    this.#root = new InjectionScope(this);
    await root.close();
  }

  /** Disposes the singletons in reverse order of their creation; the container is of no more use. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#made.clear();
    await this.#root.close();
  }

  /** {@inheritDoc dispose} */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** @internal Changes whenever a plan may be out of date. */
  get version(): number {
    this.#registry.refresh();
    return this.#registry.version;
  }

  /** @internal */
  plan(token: TokenKey, request?: Request): Plan {
    this.#refuseDisposed();
    return this.#planner.plan(token, request);
  }

  /** @internal Whether a caller's argument stands for the token. */
  accepts(token: TokenKey, argument: unknown): boolean {
    if (typeof token === 'function' && argument instanceof token) return true;
    const target = this.#registry.target(token);
    if (!target || argument === undefined) return false;
    if (target.kind === 'value') return target.value === argument;
    return this.#made.get(target)?.value === argument;
  }

  /** @internal */
  resolveIn(token: TokenKey, scope: InjectionScope): unknown {
    const plan = this.plan(token);
    const slow = plan.waitsFor();
    if (slow) throw asyncInSync(slow, `resolve(${plan.name})`);
    return this.#atOnce(plan.get(scope), plan);
  }

  /** @internal */
  async resolveInAsync(token: TokenKey, scope: InjectionScope): Promise<unknown> {
    return await this.plan(token).get(scope);
  }

  #owning(token: TokenKey, get: (plan: Plan, scope: InjectionScope | undefined) => unknown): unknown {
    const plan = this.plan(checkToken(token, 'resolve'));
    if (!plan.resource) return get(plan, undefined);
    const scope = new InjectionScope(this);
    try {
      const value = get(plan, scope);
      return value instanceof Promise ? value.then((made) => scope.closeWith(made)) : scope.closeWith(value);
    } catch (error) {
      Promise.resolve(scope.close({ error })).catch(() => {}); // the first error is the one to tell
      throw error;
    }
  }

  #atOnce(value: unknown, plan: Plan): unknown {
    if (!(value instanceof Promise)) return value;
    value.catch(() => {}); // it is told as our error, and must not become an unhandled rejection
    throw asyncInSync(plan.name, `resolve(${plan.name})`);
  }

  #warnHolders(token: TokenKey): void {
    for (const [definition, { uses }] of this.#made) {
      if (definition.token === token || !uses.has(token)) continue;
      logger().warn(
        `The singleton ${tokenName(definition.token)} is already made and keeps the ${tokenName(token)} it was given.`,
      );
    }
  }

  #refuseDisposed(): void {
    if (!this.#disposed) return;
    throw new ContainerDisposedError(
      'the container has been disposed',
      'Dispose it last, or make a new one with Container.create().',
    );
  }
}

function fulfilled(result: PromiseSettledResult<unknown>): unknown[] {
  return result.status === 'fulfilled' ? [result.value] : [];
}

function definitionOf(token: TokenKey, provider: Scope | ProviderOptions<unknown>): Definition {
  if (typeof provider === 'string') {
    checkScope(provider);
    if (typeof token === 'function')
      return { kind: 'class', token, scope: provider, make: token as Constructor };
    throw new RegistrationError(
      `registerProvider(${tokenName(token)}, '${provider}'): a token is not a class that could be made`,
      'Pass { useValue }, { useFactory } or { useClass }.',
    );
  }
  if ('useValue' in provider) return { kind: 'value', token, value: provider.useValue };
  const scope = checkScope(provider.scope ?? Scope.Singleton);
  if ('useClass' in provider && typeof provider.useClass === 'function') {
    return { kind: 'class', token, scope, make: provider.useClass };
  }
  if ('useFactory' in provider && typeof provider.useFactory === 'function') {
    return {
      kind: 'factory',
      token,
      scope,
      make: provider.useFactory,
      ...(provider.deps && { deps: provider.deps }),
    };
  }
  throw new RegistrationError(
    `registerProvider(${tokenName(token)}, …): the provider says nothing about how to make the value`,
    'Pass a Scope, or one of { useValue }, { useFactory }, { useClass }.',
  );
}

/** Refuses what is not a scope. */
export function checkScope(scope: unknown): Scope {
  const scopes: readonly unknown[] = Object.values(Scope);
  if (scopes.includes(scope)) return scope as Scope; // just checked
  throw new RegistrationError(
    `${String(scope)} is not a scope`,
    'Use Scope.Singleton, Scope.Transient or Scope.Resource.',
  );
}

/** Whether two definitions say the same, so that nothing is overwritten. */
function same(a: Definition, b: Definition): boolean {
  return a.kind === 'class' && b.kind === 'class' && a.make === b.make && a.scope === b.scope;
}
