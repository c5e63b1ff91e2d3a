import type { TypedParameter } from '../../reflection/parameters.js';
import type { Provider } from '../registry/provider.js';
import type { InjectionScope, ScopeOwner } from '../scopes/injection-scope.js';
import { token, tokenName } from '../tokens/token.js';

/** A parameter of a class or function with its way to a value, if it is injected. */
export interface Dependency {
  readonly parameter: TypedParameter;
  readonly plan: Plan | undefined;
}

/** A singleton, with the plan by which it was made. */
interface Kept extends ScopeOwner {
  readonly made: boolean;
  readonly value: unknown;
  readonly plan: Plan | undefined;
  /** Whether threads have made it of what `lend` gave them. */
  readonly lent: boolean;
  lend<T>(plan: Plan, make: (scope: InjectionScope) => Promise<T>): Promise<T>;
}

/** What a plan knows of the plans below it, and of itself. */
type Traits = Pick<Plan, 'scoped' | 'resource' | 'shares' | 'defers' | 'mayWait' | 'slow'>;

/** What most plans do without. */
type Details = Partial<Omit<Plan, 'name' | 'provider' | 'get' | 'by'>>;

const never = () => undefined;

/**
 * How to get the value of one provider: made once, dropped when the registry changes. By `new`, since all that are
 * looked up must be of one shape: the engine gives each object that a spread makes one of its own.
 */
export class Plan {
  readonly name: string;
  readonly provider: Provider;
  readonly dependencies: readonly Dependency[];
  /** Those that lead to it under another token. */
  readonly aliases: readonly Provider[];
  /** Where a singleton is kept. */
  readonly singleton: Kept | undefined;
  /** For what is made by `new` alone. */
  readonly builder: { build(): unknown } | undefined;
  /** Whether a call that needs it opens an injection scope. */
  readonly scoped: boolean;
  /** The resource at or below it, by name: what a singleton must not hold. */
  readonly resource: string | undefined;
  /** Whether a resource at or below it may come from an outer call. */
  readonly shares: boolean;
  /** Whether something at or below it is made later, in the same scope: it may ask for this one then. */
  readonly defers: boolean;
  /** Whether it may give a promise of its value. */
  readonly mayWait: boolean;
  /** Whether a provider at or below it is known to take time. */
  readonly slow: boolean;
  /**
   * The provider that is known to take time, unless its value is there already.
   *
   * @param seen plans that were asked: many paths may lead to one
   */
  readonly waitsFor: (seen?: Set<Plan>) => string | undefined;
  /** The value, or a promise of it. */
  readonly get: (scope: InjectionScope | undefined) => unknown;

  constructor(
    provider: Provider,
    get: (scope: InjectionScope | undefined) => unknown,
    details: Details = {},
  ) {
    this.name = tokenName(provider.token);
    this.provider = provider;
    this.dependencies = details.dependencies ?? [];
    this.aliases = details.aliases ?? [];
    this.singleton = details.singleton;
    this.builder = details.builder;
    this.scoped = details.scoped ?? false;
    this.resource = details.resource;
    this.shares = details.shares ?? false;
    this.defers = details.defers ?? false;
    this.mayWait = details.mayWait ?? false;
    this.slow = details.slow ?? false;
    this.waitsFor = details.waitsFor ?? never;
    this.get = get;
  }

  /** The same, reached by an alias. */
  by(alias: Provider): Plan {
    return new Plan(this.provider, this.get, { ...this, aliases: [alias, ...this.aliases] });
  }
}

const nothing: Provider = { kind: 'value', token: token('null'), value: null };
const nullPlan = new Plan(nothing, () => null);

/** What gives a parameter its value that nobody provides: `null` if its type says so, else its default is left to it. */
export function absent({ nullIfAbsent }: TypedParameter): Plan | undefined {
  return nullIfAbsent ? nullPlan : undefined;
}

/** The plan of a provider that passes on what the plans below it give. */
export function passingOn(
  provider: Provider,
  dependencies: readonly Dependency[],
  get: (scope: InjectionScope | undefined) => unknown,
): Plan {
  return new Plan(provider, get, {
    ...traitsOf(plansOf(dependencies)),
    dependencies,
    waitsFor: (seen) => slowest(dependencies, seen),
  });
}

/** The plans among dependencies. */
export function plansOf(dependencies: readonly Dependency[]): readonly Plan[] {
  return dependencies.flatMap(({ plan }) => plan ?? []);
}

/** What holds for something that needs all of these. */
export function traitsOf(plans: readonly Plan[]): Traits {
  return {
    scoped: plans.some((plan) => plan.scoped),
    resource: plans.find((plan) => plan.resource)?.resource,
    shares: plans.some((plan) => plan.shares),
    defers: plans.some((plan) => plan.defers),
    mayWait: plans.some((plan) => plan.mayWait),
    slow: plans.some((plan) => plan.slow),
  };
}

/** The first of the dependencies that is known to take time, by name. */
export function slowest(dependencies: readonly Dependency[], seen = new Set<Plan>()): string | undefined {
  for (const { plan } of dependencies) {
    if (!plan?.slow || seen.has(plan)) continue;
    seen.add(plan);
    const slow = plan.waitsFor(seen);
    if (slow !== undefined) return slow;
  }
  return undefined;
}
