import type { BoundCall, CallNeeds } from '../../container/resolution/call-plan.js';
import { Plan, plansOf, traitsOf } from '../../container/resolution/plan.js';
import type { Resolver } from '../../container/resolution/resolver.js';
import type { ScopeOwner } from '../../container/scopes/injection-scope.js';
import { tokenName } from '../../container/tokens/token.js';
import { RemoteError } from '../../errors.js';
import { declarationOf } from '../../reflection/declare.js';
import { ThreadLocal } from '../../threads/remotes/thread-local.js';

const locals = new WeakMap<object, ThreadLocal>();
const known = new WeakMap<CallNeeds, CallNeeds>();

/** A call as a thread makes it: for a thread-local singleton the thread has its own, so none is made here. */
export function forThread(bound: BoundCall, resolver: Resolver): BoundCall {
  const { needs, values } = bound;
  if (!needs.dependencies.some(({ plan }) => plan && isLocal(plan))) return bound;
  let there = known.get(needs);
  if (!there) {
    const dependencies = needs.dependencies.map(({ parameter, plan }) => ({
      parameter,
      plan: plan && planThere(plan, resolver),
    }));
    const { scoped, shares } = traitsOf(plansOf(dependencies));
    there = { dependencies, seeds: needs.seeds, scoped, shares };
    known.set(needs, there);
  }
  return { needs: there, values };
}

/** Whether each thread makes an instance of its own. */
export function isLocal({ provider }: Plan): boolean {
  return provider.kind === 'class' && provider.threads === 'local';
}

function planThere(plan: Plan, resolver: Resolver): Plan {
  if (!isLocal(plan)) return plan;
  const local = localOf(plan, resolver);
  return new Plan(plan.provider, () => local);
}

/** One for each singleton of each container, so that what a container forgets, threads make anew. */
export function localOf(plan: Plan, resolver: Resolver): ThreadLocal {
  const { provider, singleton } = plan;
  const key = singleton ?? provider; // a singleton has one
  let local = locals.get(key);
  if (!local) {
    const type = 'make' in provider ? provider.make : provider;
    const place = declarationOf(type);
    if (!place) {
      throw new RemoteError(
        `the class ${tokenName(type)} is made on each thread, and nothing tells where a thread finds it`,
        "Decorate it with @singleton({ threads: 'local' }), in a module that the transform reads.",
      );
    }
    local = new ThreadLocal(place, () => {
      singleton?.lend(plan);
      return Promise.all(plan.dependencies.map((dependency) => part(dependency.plan, resolver, singleton)));
    });
    locals.set(key, local);
  }
  return local;
}

function part(plan: Plan | undefined, resolver: Resolver, owner: ScopeOwner | undefined): unknown {
  if (plan && isLocal(plan)) return localOf(plan, resolver);
  // What must be closed is closed with the container, since threads end without notice.
  return plan?.get(plan.scoped ? resolver.openScope(owner) : undefined);
}
