import { Container as Inversify, type ServiceIdentifier } from 'inversify';
import { explain, type Request } from './explain.js';
import { isOurs } from './failures.js';
import { dependenciesOf, type Need } from './needs.js';
import { compile, type Dependency, type Plan, type Singletons } from './plan.js';
import type { Definition } from './provider.js';
import type { Registry } from './registry.js';
import { type TokenKey, TypedToken } from './token.js';

/**
 * Makes the plans of a container. inversify binds the providers, walks their graph and finds what is missing or
 * circular; what it resolves is not the values but the plans that make them, so that lifetimes are ours.
 */
export class Planner {
  readonly #registry: Registry;
  readonly #singletons: Singletons;
  readonly #plans = new Map<TokenKey, Plan>();
  #inversify = new Inversify();
  #version = -1;

  constructor(registry: Registry, singletons: Singletons) {
    this.#registry = registry;
    this.#singletons = singletons;
  }

  /**
   * The plan of a token.
   *
   * @param request who asks, for the message of an error
   */
  plan(token: TokenKey, request: Request | undefined): Plan {
    this.#registry.refresh();
    if (this.#version !== this.#registry.version) {
      this.#plans.clear();
      this.#inversify = new Inversify();
      this.#version = this.#registry.version;
    }
    const known = this.#plans.get(token);
    if (known) return known;
    this.#bind(token);
    try {
      return this.#inversify.get<Plan>(identifier(token));
    } catch (error) {
      if (isOurs(error)) throw error;
      throw explain(this.#registry, token, request) ?? error;
    }
  }

  #bind(token: TokenKey): void {
    const definition = this.#registry.get(token);
    if (!definition || this.#inversify.isBound(identifier(token))) return;
    const needs = dependenciesOf(definition, this.#registry);
    const injected = needs.filter((need) => need.token);
    this.#inversify
      .bind<Plan>(identifier(token))
      .toResolvedValue(
        (...plans: Plan[]) => this.#compiled(definition, needs, plans),
        injected.map((need) => identifier(need.token as TokenKey)), // filtered just above
      )
      .inRequestScope();
    for (const need of injected) this.#bind(need.token as TokenKey);
  }

  #compiled(definition: Definition, needs: readonly Need[], plans: readonly Plan[]): Plan {
    const known = this.#plans.get(definition.token);
    if (known) return known;
    const rest = plans.values();
    const dependencies = needs.map(
      ({ parameter, token }): Dependency => ({ parameter, plan: token ? rest.next().value : undefined }),
    );
    const plan = this.#planOf(definition, dependencies);
    this.#plans.set(definition.token, plan);
    return plan;
  }

  #planOf(definition: Definition, dependencies: readonly Dependency[]): Plan {
    if (definition.kind === 'value') return constant(definition);
    if (definition.kind !== 'alias') return compile(definition, dependencies, this.#singletons);
    const target = dependencies[0]?.plan as Plan; // an alias needs exactly its target
    return { ...target, uses: new Set([definition.token, ...target.uses]) };
  }
}

function constant(definition: Extract<Definition, { kind: 'value' }>): Plan {
  const { value, token } = definition;
  return {
    name: token instanceof TypedToken ? token.name : 'value',
    scoped: false,
    uses: new Set([token]),
    waitsFor: () => undefined,
    get: () => value,
  };
}

// inversify takes any Map key at run time; its type names only classes, strings and symbols.
function identifier(token: TokenKey): ServiceIdentifier<Plan> {
  return token as unknown as ServiceIdentifier<Plan>;
}
