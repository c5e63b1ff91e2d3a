import { type OffstageError, ValidationError } from '../../errors.js';
import type { TypedParameter } from '../../reflection/parameters.js';
import { isOurs, isStackFull } from '../failures.js';
import type { Call } from '../injection/call.js';
import type { DeferredProvider, MakingProvider, Provider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { captive } from '../resolution/captive.js';
import { decoratedBy, productOf } from '../resolution/deferred-plan.js';
import { circular, missing } from '../resolution/explain.js';
import { needsOf, providerFor } from '../resolution/needs.js';
import { tooDeep } from '../resolution/too-deep.js';
import { Scope } from '../scope.js';
import { tokenOf } from '../tokens/derived-token.js';
import { tokenName } from '../tokens/token.js';
import { loadTypes, providersOf } from './load-types.js';

/** Finds every problem of a registry and of the functions that ask it, without making anything. */
export async function validate(registry: Registry, calls: readonly Call[]): Promise<void> {
  await loadTypes(registry, calls);
  const walk = new Walk(registry);
  for (const provider of providersOf(registry)) {
    try {
      walk.visit(provider);
    } catch (error) {
      throw isStackFull(error) ? tooDeep(registry, provider, error) : error;
    }
  }
  for (const call of calls) walk.call(call);
  walk.finish();
  if (walk.problems.size > 0) throw new ValidationError([...walk.problems.values()]);
}

/** What a value would hold. */
interface Held {
  /** The resource at or below it, by name. */
  readonly resource: string | undefined;
  /** What it asks for later, in the scope that it was made in. */
  readonly deferred: readonly Provider[];
}

const nothing: Held = { resource: undefined, deferred: [] };

class Walk {
  /** By message: what two ways lead to is told once. */
  readonly problems = new Map<string, OffstageError>();
  /** The one that gives what is looked at: for a singleton of a parent, that of the parent. */
  #registry: Registry;
  readonly #chain: Provider[] = [];
  readonly #done = new Map<Registry, Map<Provider, Held>>();
  /** What factories make, so that each is walked once. */
  readonly #products = new Map<object, Provider>();
  readonly #takesArguments = new Set<Provider>();
  /** Factories of which is known that they take none. */
  readonly #bare = new Set<Provider>();
  /**
   * What is asked for later, by singletons and by others: looked at when all is walked, since it may lead back to who
   * asks.
   */
  readonly #later: (readonly [MakingProvider | undefined, Provider, Registry])[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  visit(provider: Provider, registry = this.#registry): Held {
    const outer = this.#registry;
    this.#registry = registry.homeOf(provider);
    try {
      return this.#visitHere(provider);
    } finally {
      this.#registry = outer;
    }
  }

  #visitHere(provider: Provider): Held {
    const done = this.#done.get(this.#registry) ?? new Map<Provider, Held>();
    this.#done.set(this.#registry, done);
    const known = done.get(provider);
    if (known) return known;
    const from = this.#chain.indexOf(provider);
    if (from >= 0) {
      this.#tell(circular([...this.#chain.slice(from), provider]));
      return nothing;
    }
    this.#chain.push(provider);
    const held = this.#heldBy(provider, this.#below(provider));
    this.#chain.pop();
    done.set(provider, held);
    return held;
  }

  /** The functions that ask the container. */
  call(call: Call): void {
    for (const parameter of call.parameters() ?? []) {
      const token = parameter.token && !parameter.rest && tokenOf(parameter.token);
      // A class without provider may be what the caller passes.
      const provider = token && this.#registry.get(token);
      if (provider) this.#visitFor(parameter, provider);
    }
  }

  #visitFor({ type }: TypedParameter, provider: Provider): Held {
    if (provider.kind === 'factory-of' && /^Factory<[^,]*>$/.test(type)) this.#bare.add(provider);
    return this.visit(provider);
  }

  /** Looks at what singletons ask for after they were made. */
  finish(): void {
    const seen = new Map<MakingProvider | undefined, Set<Provider>>();
    // Grows while it is walked: what is made later may ask for more, still later.
    for (const [singleton, target, registry] of this.#later) {
      const known = seen.get(singleton) ?? new Set();
      if (known.has(target)) continue;
      seen.set(singleton, known.add(target));
      const { resource, deferred } = this.visit(target, registry);
      if (!singleton) continue;
      if (resource) this.#tell(captive(singleton, resource));
      for (const next of deferred) this.#later.push([singleton, next, registry]);
    }
  }

  #below(provider: Provider): Held {
    if (provider.kind === 'lazy' || provider.kind === 'factory-of') {
      const deferred = this.#deferredBy(provider);
      for (const target of deferred) this.#later.push([undefined, target, this.#registry]);
      return { resource: undefined, deferred };
    }
    const parts: Held[] = [];
    try {
      const takesArguments = this.#takesArguments.has(provider);
      const needs = needsOf(provider, this.#registry, takesArguments, (problem) => this.#tell(problem));
      for (const need of needs) {
        if (!need.token) continue;
        const target = providerFor(need, this.#registry);
        if (target) parts.push(this.#visitFor(need.parameter, target));
        else this.#tell(missing(this.#registry, this.#chain, need.token, undefined));
      }
    } catch (error) {
      this.#tell(error);
    }
    return {
      resource: parts.find((part) => part.resource)?.resource,
      deferred: parts.flatMap((part) => part.deferred),
    };
  }

  #deferredBy(provider: DeferredProvider): Provider[] {
    const { kind, target } = provider;
    if (kind === 'lazy') return [this.#registry.target(target) ?? []].flat();
    const key = this.#registry.target(target) ?? target;
    let product = this.#products.get(key);
    try {
      product ??= this.#anew(productOf(target, this.#registry));
    } catch (error) {
      this.#tell(error);
      return [];
    }
    this.#products.set(key, product);
    if (!this.#bare.has(provider)) this.#takesArguments.add(innermost(product));
    return [product];
  }

  /** What a factory makes is nobody else's, nor is what that decorates. */
  #anew(provider: MakingProvider): MakingProvider {
    const inner = decoratedBy(provider, this.#registry);
    const wraps = inner && 'make' in inner ? this.#anew(inner) : inner;
    return { ...provider, scope: Scope.Transient, ...(wraps && { wraps }) };
  }

  #heldBy(provider: Provider, below: Held): Held {
    if (!('scope' in provider) || provider.scope === Scope.Transient) return below;
    if (provider.scope === Scope.Resource) return { ...below, resource: tokenName(provider.token) };
    if (below.resource) this.#tell(captive(provider, below.resource));
    for (const target of below.deferred) this.#later.push([provider, target, this.#registry]);
    return nothing;
  }

  #tell(problem: unknown): void {
    if (!isOurs(problem)) throw problem;
    this.problems.set(problem.message, problem);
  }
}

/** What decorating factories wrap: the arguments of who calls the factory are for that. */
function innermost(provider: Provider): Provider {
  return provider.kind === 'factory' && provider.wraps ? innermost(provider.wraps) : provider;
}
