import { CaptiveDependencyError } from '../errors.js';
import { Builder } from './builder.js';
import { classHooks, creation } from './creation.js';
import type { Dependency } from './dependency.js';
import { functionKind } from './function-kind.js';
import type { InjectionScope } from './injection-scope.js';
import { place } from './needs.js';
import type { MakingProvider, Provider } from './provider.js';
import { Resource, type ResourceHooks } from './resource.js';
import { Scope } from './scope.js';
import type { Singleton } from './singleton.js';
import { tokenName } from './token.js';

/** What a plan knows of the plans below it, and of itself. */
interface Traits {
  /** Whether a call that needs it opens an injection scope. */
  readonly scoped: boolean;
  /** The resource at or below it, by name: what a singleton must not hold. */
  readonly resource?: string | undefined;
  /** Whether a resource at or below it may come from an outer call. */
  readonly shares: boolean;
  /** Whether it may give a promise of its value. */
  readonly mayWait: boolean;
}

/** How to get the value of one provider: made once, dropped when the registry changes. */
export interface Plan extends Traits {
  readonly name: string;
  readonly provider: Provider;
  readonly dependencies: readonly Dependency[];
  /** The tokens and providers below: a made singleton keeps them, whatever is registered later. */
  readonly uses: ReadonlySet<object>;
  /** Where a singleton is kept. */
  readonly singleton: Singleton | undefined;
  /** For what is made by `new` alone. */
  readonly builder: Builder | undefined;
  /** The provider that is known to take time, unless its value is there already. */
  waitsFor(): string | undefined;
  /** The value, or a promise of it. */
  get(scope: InjectionScope | undefined): unknown;
}

const never = () => undefined;

/** A plan that gives what it is told. */
export function planOf(
  provider: Provider,
  traits: Partial<Traits>,
  get: (scope: InjectionScope | undefined) => unknown,
): Plan {
  return {
    name: tokenName(provider.token),
    provider,
    dependencies: [],
    uses: new Set([provider.token, provider]),
    singleton: undefined,
    builder: undefined,
    scoped: false,
    shares: false,
    mayWait: false,
    ...traits,
    waitsFor: never,
    get,
  };
}

/** The plan of a provider that passes on what the plans below it give. */
export function passingOn(
  provider: Provider,
  dependencies: readonly Dependency[],
  get: (scope: InjectionScope | undefined) => unknown,
): Plan {
  const plans = plansOf(dependencies);
  return {
    ...planOf(provider, traitsOf(plans), get),
    dependencies,
    uses: usesOf(provider, plans),
    waitsFor: () => slowest(dependencies),
  };
}

/** Compiles how the values of a provider are made and kept. */
export function compile(
  provider: MakingProvider,
  dependencies: readonly Dependency[],
  singletonOf: (provider: MakingProvider) => Singleton,
): Plan {
  const plans = plansOf(dependencies);
  const below = traitsOf(plans);
  const create = creation(provider, dependencies);
  const slow = slowToMake(provider);
  const waitsFor = () => slow ?? slowest(dependencies);
  const hooks = provider.kind === 'class' ? classHooks(provider.make) : { opens: true, closes: true };
  const name = tokenName(provider.token);
  const common = {
    name,
    provider,
    dependencies,
    uses: usesOf(provider, plans),
    singleton: undefined,
    builder: undefined,
    shares: below.shares || provider.nested === 'share',
    mayWait: below.mayWait || hooks.opens,
    waitsFor,
  };
  switch (provider.scope) {
    case Scope.Singleton: {
      if (below.resource) throw captive(provider, below.resource);
      return keptPlan(common, singletonOf(provider), create);
    }
    case Scope.Resource:
      return {
        ...common,
        scoped: true,
        resource: name,
        // Every way to a plan with `scoped` opens a scope.
        get: (scope) => (scope as InjectionScope).obtain(provider, create),
      };
    default: {
      const scoped = below.scoped || hooks.opens || hooks.closes;
      const builder = scoped ? undefined : new Builder(() => plan);
      const plan: Plan = { ...common, scoped, resource: below.resource, builder, get: create };
      return plan;
    }
  }
}

function keptPlan(
  common: Omit<Plan, 'get' | 'scoped'>,
  singleton: Singleton,
  create: (scope: InjectionScope | undefined) => unknown,
): Plan {
  const waitsFor = () => (singleton.made ? undefined : common.waitsFor());
  return {
    ...common,
    uses: new Set([common.provider.token, common.provider]),
    singleton,
    scoped: false,
    shares: false,
    waitsFor,
    get: () => {
      if (singleton.made) return singleton.value;
      singleton.uses = common.uses;
      return singleton.get(create, waitsFor() !== undefined);
    },
  };
}

function plansOf(dependencies: readonly Dependency[]): readonly Plan[] {
  return dependencies.flatMap(({ plan }) => plan ?? []);
}

/** What holds for something that needs all of these. */
export function traitsOf(plans: readonly Plan[]): Traits {
  return {
    scoped: plans.some((plan) => plan.scoped),
    resource: plans.find((plan) => plan.resource)?.resource,
    shares: plans.some((plan) => plan.shares),
    mayWait: plans.some((plan) => plan.mayWait),
  };
}

/** The first of the dependencies that is known to take time, by name. */
export function slowest(dependencies: readonly Dependency[]): string | undefined {
  for (const { plan } of dependencies) {
    const slow = plan?.waitsFor();
    if (slow !== undefined) return slow;
  }
  return undefined;
}

function usesOf(provider: Provider, plans: readonly Plan[]): ReadonlySet<object> {
  return new Set([provider.token, provider, ...plans.flatMap((plan) => [...plan.uses])]);
}

function slowToMake({ kind, make, token }: MakingProvider): string | undefined {
  const first = kind === 'class' ? (make.prototype as ResourceHooks)[Resource.enter] : make;
  return functionKind(first).startsWith('async') ? tokenName(token) : undefined;
}

/** The error for a singleton that would hold something beyond its scope. */
export function captive(provider: MakingProvider, resource: string): CaptiveDependencyError {
  const name = tokenName(provider.token);
  return new CaptiveDependencyError(
    `the singleton ${place(provider.make)} would keep the resource ${resource} beyond the scope that closes it`,
    `Make ${name} a @resource or @transient, or have it take ${resource} as an argument of the methods that need it.`,
  );
}
