import { Container as Inversify, type ServiceIdentifier } from 'inversify';
import { isOurs, isStackFull } from '../failures.js';
import type { Provider } from '../registry/provider.js';
import { outerChanges, type Registry } from '../registry/registry.js';
import type { TokenKey } from '../tokens/token.js';
import type { ParameterSource } from './call-plan.js';
import { compile } from './compile.js';
import { remember } from './creation.js';
import { deferredPlan } from './deferred-plan.js';
import { explain } from './explain.js';
import { gather } from './gather.js';
import { type Need, needsOf, providerFor } from './needs.js';
import { absent, type Dependency, Plan, passingOn } from './plan.js';
import type { Singletons } from './singletons.js';
import { tooDeep } from './too-deep.js';

/** What was planned since the registry last changed. */
export interface Generation {
  readonly plans: Map<TokenKey, Plan>;
}

/** What the planner itself has of it: not told to others, since the published types know no inversify. */
interface Workings extends Generation {
  readonly inversify: Inversify;
  /** What is being planned: to come to one of these again is a circle. */
  readonly underWay: Set<object>;
}

/**
 * Makes the plans of a resolver. inversify binds the providers, walks their graph and finds what is missing or
 * circular; what it resolves is not the values but the plans that make them, so that lifetimes are ours.
 */
export class Planner {
  readonly #source: ParameterSource;
  readonly #registry: Registry;
  readonly #singletons: Singletons;
  readonly #parent: Planner | undefined;
  #generation = newGeneration();
  #version = -1;
  #outer = -1;

  constructor(source: ParameterSource, registry: Registry, singletons: Singletons, parent?: Planner) {
    this.#source = source;
    this.#registry = registry;
    this.#singletons = singletons;
    this.#parent = parent;
  }

  readonly #isMade = (provider: Provider): boolean =>
    this.#singletons.planOf(provider) !== undefined ||
    (this.#parent ? this.#parent.#isMade(provider) : false);

  /** Another object after each change of the registry. */
  get generation(): Generation {
    this.#renew();
    return this.#generation;
  }

  #renew(): void {
    if (this.#version === this.#registry.version && this.#outer === outerChanges) return;
    this.#registry.refresh();
    if (this.#version !== this.#registry.version || this.#parent) this.#generation = newGeneration();
    this.#version = this.#registry.version;
    this.#outer = outerChanges;
  }

  /**
   * The plan of a token.
   *
   * @param asker the function or class whose parameter asks, for the message of an error
   */
  plan(token: TokenKey, asker?: object): Plan {
    const { plans } = this.generation;
    const known = plans.get(token);
    if (known) return known;
    const provider = this.#registry.get(token);
    const plan = this.#planned(token, provider, asker);
    plans.set(token, plan);
    return plan;
  }

  /** The plan of a provider that this container or a parent holds. */
  planOf(provider: Provider): Plan {
    return this.#planned(provider, provider, undefined);
  }

  #planned(key: object, provider: Provider | undefined, asker: object | undefined): Plan {
    this.#renew();
    const { inversify } = this.#generation;
    try {
      if (provider) this.#bind(key, provider);
      return inversify.get<Plan>(identifier(key));
    } catch (error) {
      if (isOurs(error)) throw error;
      if (provider && isStackFull(error)) throw tooDeep(this.#registry, provider, error);
      throw explain(this.#registry, key, provider, this.#isMade, asker) ?? error;
    }
  }

  /**
   * Binds the plan of a provider, and those below it first. Each is bound as a constant, so that what inversify
   * walks is never deep: it takes a graph of more than 500 levels for a circle.
   *
   * @param key what inversify knows it by: its token, or itself where its token means another provider
   */
  #bind(key: object, provider: Provider): void {
    const { inversify, underWay } = this.#generation;
    if (inversify.isBound(identifier(key))) return;
    const bind = (plan: Plan) => void inversify.bind<Plan>(identifier(key)).toConstantValue(plan);
    if (this.#parent && this.#registry.homeOf(provider) !== this.#registry) {
      bind(this.#parent.planOf(provider));
      return;
    }
    const made = this.#singletons.planOf(provider);
    if (made) {
      bind(made); // what it was given, nobody looks for again
      return;
    }
    if (underWay.has(key)) throw explain(this.#registry, key, provider, this.#isMade, undefined);
    underWay.add(key);
    try {
      const needs = needsOf(provider, this.#registry);
      for (const need of needs) {
        const target = providerFor(need, this.#registry);
        if (target) this.#bind(need.provider ?? (need.token as TokenKey), target); // one of the two is there
      }
      const injected = needs.flatMap((need) => need.provider ?? need.token ?? []);
      const making = Symbol('making');
      inversify
        .bind<Plan>(making)
        .toResolvedValue(
          (...plans: Plan[]) => this.#compiled(provider, needs, plans),
          injected.map(identifier),
        );
      bind(inversify.get<Plan>(making));
    } finally {
      underWay.delete(key);
    }
  }

  #compiled(provider: Provider, needs: readonly Need[], plans: readonly Plan[]): Plan {
    const rest = plans.values();
    const dependencies = needs.map(
      ({ parameter, token }): Dependency => ({
        parameter,
        plan: token ? rest.next().value : absent(parameter),
      }),
    );
    switch (provider.kind) {
      case 'value':
        remember(provider, provider.value);
        return new Plan(provider, () => provider.value);
      case 'alias':
      case 'optional':
        return forwarded(provider, dependencies[0]?.plan);
      case 'all':
        return passingOn(provider, dependencies, (scope) => gather(provider.token, dependencies, scope, []));
      case 'lazy':
      case 'factory-of':
        return deferredPlan(provider, this.#registry, this.#source);
      default:
        return compile(provider, dependencies, (made) => this.#singletons.of(made));
    }
  }
}

function newGeneration(): Workings {
  return { plans: new Map(), inversify: new Inversify(), underWay: new Set() };
}

/** An alias gives what its target gives, and an optional token without provider nothing. */
function forwarded(provider: Provider, target: Plan | undefined): Plan {
  return target ? target.by(provider) : new Plan(provider, () => undefined);
}

const identifiers = new WeakMap<object, ServiceIdentifier<Plan>>();

/** What inversify knows a token or provider by: an object among dependencies would mean options to it. */
function identifier(key: object): ServiceIdentifier<Plan> {
  let known = identifiers.get(key);
  if (!known) {
    known = Symbol('plan');
    identifiers.set(key, known);
  }
  return known;
}
