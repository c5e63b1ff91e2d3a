import type { BoundCall, CallNeeds } from '../../container/resolution/call-plan.js';
import { Plan, plansOf, traitsOf } from '../../container/resolution/plan.js';
import type { InjectionScope } from '../../container/scopes/injection-scope.js';
import { tokenName } from '../../container/tokens/token.js';
import { RemoteError } from '../../errors.js';
import { declarationOf } from '../../reflection/declare.js';
import { ThreadLocal } from '../../threads/remotes/thread-local.js';

const locals = new WeakMap<object, ThreadLocal>();
const known = new WeakMap<CallNeeds, CallNeeds>();

/** A call as a thread makes it: for a thread-local singleton the thread has its own, so none is made here. */
export function forThread(bound: BoundCall): BoundCall {
  const { needs, values } = bound;
  if (!needs.dependencies.some(({ plan }) => plan && isLocal(plan))) return bound;
  let there = known.get(needs);
  if (!there) {
    const dependencies = needs.dependencies.map(({ parameter, plan }) => ({
      parameter,
      plan: plan && planThere(plan),
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

function planThere(plan: Plan): Plan {
  if (!isLocal(plan)) return plan;
  const local = localOf(plan);
  return new Plan(plan.provider, () => local);
}

/** One for each singleton of each container, so that what a container forgets, threads make anew. */
export function localOf(plan: Plan): ThreadLocal {
  const { provider } = plan;
  const singleton = plan.singleton as NonNullable<Plan['singleton']>; // only singletons are local
  let local = locals.get(singleton);
  if (!local) {
    const type = 'make' in provider ? provider.make : provider;
    const place = declarationOf(type);
    if (!place) {
      throw new RemoteError(
        `the class ${tokenName(type)} is made on each thread, and nothing tells where a thread finds it`,
        "Decorate it with @singleton({ threads: 'local' }), in a module that the transform reads.",
      );
    }
    local = new ThreadLocal(place, () =>
      singleton.lend(plan, async (scope) =>
        Promise.all(plan.dependencies.map((dependency) => part(dependency.plan, scope))),
      ),
    );
    locals.set(singleton, local);
  }
  return local;
}

function part(plan: Plan | undefined, scope: InjectionScope): unknown {
  return plan && isLocal(plan) ? localOf(plan) : plan?.get(scope);
}
