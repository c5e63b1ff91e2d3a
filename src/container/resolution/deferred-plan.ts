import { RegistrationError } from '../../errors.js';
import type { DeferredProvider, MakingProvider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { Scope } from '../scope.js';
import type { InjectionScope, ScopeOwner } from '../scopes/injection-scope.js';
import { Lazy } from '../tokens/deferred.js';
import { type Constructor, type Token, type TokenKey, tokenName } from '../tokens/token.js';
import { refusePromise } from './async-in-sync.js';
import { CallPlan, type ParameterSource } from './call-plan.js';
import { captive } from './captive.js';
import { makerOf, remember } from './creation.js';
import { gather } from './gather.js';
import { parametersToMake } from './needs.js';
import { Plan, plansOf } from './plan.js';

/** The plan of a dependency that asks for its value later: so it never takes part in a cycle. */
export function deferredPlan(provider: DeferredProvider, registry: Registry, source: ParameterSource): Plan {
  const { target, kind } = provider;
  if (kind === 'factory-of') productOf(target, registry); // says at once if there is none
  const get = (scope: InjectionScope | undefined) => {
    const within = scope as InjectionScope; // scoped, as said below
    return kind === 'lazy'
      ? lazyOf(target as Token, within, registry)
      : factoryOf(target, within, registry, source);
  };
  // What will be made is not known yet, and may need the scope.
  return new Plan(provider, get, { scoped: true, shares: true, defers: true });
}

function lazyOf(target: Token, scope: InjectionScope, registry: Registry): Lazy<unknown> {
  return new Lazy(
    target,
    () => scope.resolver.resolveIn(target, scope, `Await load() of the Lazy<${tokenName(target)}>.`),
    () => scope.resolveAsync(target),
    () => {
      const provider = registry.target(target);
      return provider !== undefined && 'scope' in provider && provider.scope !== Scope.Transient;
    },
  );
}

function factoryOf(
  target: TokenKey,
  scope: InjectionScope,
  registry: Registry,
  source: ParameterSource,
): (...args: unknown[]) => unknown {
  return (...args) => {
    // Planned at each call: the registry may have changed since.
    const provider = productOf(target, registry);
    const make = makerOf(provider);
    const name = tokenName(provider.token);
    const call = new CallPlan(provider.make, parametersToMake(provider, args.length), source).bind(
      args,
      true,
    );
    if (scope.owner) giveAll(scope.owner, provider, plansOf(call.needs.dependencies));
    const values = gather(provider.make, call.needs.dependencies, scope, call.values);
    const made = values instanceof Promise ? values : make(values, scope);
    if (made instanceof Promise) {
      const remedy = `A Factory makes what takes no time: take ${name} itself, or await load() of a Lazy<${name}>.`;
      return refusePromise(made, name, `the factory of ${name}`, remedy);
    }
    remember(provider, made); // its scope closes it, whoever hands it out
    return made;
  };
}

/** The owner of a scope may keep what its factory makes, and what that is made of. */
function giveAll(owner: ScopeOwner, provider: MakingProvider, parts: readonly Plan[]): void {
  const resource = parts.find((plan) => plan.resource)?.resource;
  if (resource) throw captive(owner.provider, resource);
  for (const part of [provider, provider.token, ...parts]) owner.given(part);
}

/** One for each class: who has been given its values keeps it in mind. */
const providers = new WeakMap<Constructor, MakingProvider>();

function unregistered(make: Constructor): MakingProvider {
  const known = providers.get(make);
  if (known) return known;
  const provider = { kind: 'class', token: make, scope: Scope.Transient, make } as const;
  providers.set(make, provider);
  return provider;
}

/** The provider of what a factory makes: always anew, whatever its scope. */
export function productOf(token: TokenKey, registry: Registry): MakingProvider {
  const provider = registry.target(token);
  if (provider && 'make' in provider) return provider;
  if (!provider && typeof token === 'function') return unregistered(token as Constructor);
  throw new RegistrationError(
    `a factory of ${tokenName(token)} was asked for, whose provider is a ${provider?.kind ?? 'token'}: nothing could be made anew`,
    `Take ${tokenName(token)} itself, or register it with { useClass } or { useFactory }.`,
  );
}
