import type { MakingProvider } from '../registry/provider.js';
import { Scope } from '../scope.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { Resource, type ResourceHooks } from '../scopes/resource.js';
import { tokenName } from '../tokens/token.js';
import { Builder } from './builder.js';
import { captive } from './captive.js';
import { classHooks, creation } from './creation.js';
import { functionKind } from './function-kind.js';
import { type Dependency, type Plan, plansOf, slowest, traitsOf } from './plan.js';
import type { Singleton } from './singleton.js';

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
  const waitsFor = (seen?: Set<Plan>) => slow ?? slowest(dependencies, seen);
  const hooks = provider.kind === 'class' ? classHooks(provider.make) : { opens: true, closes: true };
  const name = tokenName(provider.token);
  const common = {
    name,
    provider,
    dependencies,
    aliases: [],
    singleton: undefined,
    builder: undefined,
    shares: below.shares || provider.nested === 'share',
    mayWait: below.mayWait || hooks.opens,
    slow: below.slow || slow !== undefined,
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
  const waitsFor = (seen?: Set<Plan>) => (singleton.made ? undefined : common.waitsFor(seen));
  const plan: Plan = {
    ...common,
    singleton,
    scoped: false,
    shares: false,
    waitsFor,
    get: () => {
      if (singleton.made) return singleton.value;
      return singleton.get(plan, create, waitsFor() !== undefined);
    },
  };
  return plan;
}

function slowToMake({ kind, make, token }: MakingProvider): string | undefined {
  const first = kind === 'class' ? (make.prototype as ResourceHooks)[Resource.enter] : make;
  return functionKind(first).startsWith('async') ? tokenName(token) : undefined;
}
