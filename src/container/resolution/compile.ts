import type { MakingProvider } from '../registry/provider.js';
import { Scope } from '../scope.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { Resource, type ResourceHooks } from '../scopes/resource.js';
import { tokenName } from '../tokens/token.js';
import { Builder } from './builder.js';
import { captive } from './captive.js';
import { type Create, classHooks, creation } from './creation.js';
import { functionKind } from './function-kind.js';
import { type Dependency, Plan, plansOf, slowest, traitsOf } from './plan.js';
import { obtainOverLazy } from './resource-making.js';
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
  const hooks = provider.kind === 'class' ? classHooks(provider.make) : { opens: true, closes: true };
  const details = {
    dependencies,
    shares: below.shares || provider.nested === 'share',
    defers: below.defers,
    mayWait: below.mayWait || hooks.opens,
    slow: below.slow || slow !== undefined,
    waitsFor: (seen?: Set<Plan>) => slow ?? slowest(dependencies, seen),
  };
  switch (provider.scope) {
    case Scope.Singleton: {
      if (below.resource) throw captive(provider, below.resource);
      return keptPlan(provider, details, singletonOf(provider), create);
    }
    case Scope.Resource: {
      // Every way to a plan with `scoped` opens a scope.
      const get =
        below.defers && details.mayWait
          ? (scope: InjectionScope | undefined) => obtainOverLazy(provider, scope as InjectionScope, create)
          : (scope: InjectionScope | undefined) => (scope as InjectionScope).obtain(provider, create);
      return new Plan(provider, get, { ...details, scoped: true, resource: tokenName(provider.token) });
    }
    default: {
      const scoped = below.scoped || hooks.opens || hooks.closes;
      const builder = scoped ? undefined : new Builder(() => plan);
      const plan: Plan = new Plan(provider, create, {
        ...details,
        scoped,
        resource: below.resource,
        builder,
      });
      return plan;
    }
  }
}

function keptPlan(
  provider: MakingProvider,
  details: Pick<Plan, 'dependencies' | 'mayWait' | 'slow' | 'waitsFor'>,
  singleton: Singleton,
  create: Create,
): Plan {
  const waitsFor = (seen?: Set<Plan>) => (singleton.made ? undefined : details.waitsFor(seen));
  const get = () => {
    if (singleton.made) return singleton.value;
    return singleton.get(plan, create, details.mayWait);
  };
  const plan: Plan = new Plan(provider, get, {
    ...details,
    singleton,
    shares: false,
    defers: false,
    waitsFor,
  });
  return plan;
}

function slowToMake({ kind, make, token }: MakingProvider): string | undefined {
  const first = kind === 'class' ? (make.prototype as ResourceHooks)[Resource.enter] : make;
  return functionKind(first).startsWith('async') ? tokenName(token) : undefined;
}
