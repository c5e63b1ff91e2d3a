import { RegistrationError } from '../../errors.js';
import type { DeferredProvider, MakingProvider, Provider } from '../registry/provider.js';
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
    const made = makeAnew(provider, args, scope, registry, source);
    if (!(made instanceof Promise)) return made;
    const name = tokenName(provider.token);
    const remedy = `A Factory makes what takes no time: take ${name} itself, or await load() of a Lazy<${name}>.`;
    return refusePromise(made, name, `the factory of ${name}`, remedy);
  };
}

/** Makes a value with the arguments of a caller. A decorated one is decorated anew: the arguments are for what it wraps. */
function makeAnew(
  provider: MakingProvider,
  args: readonly unknown[],
  scope: InjectionScope,
  registry: Registry,
  source: ParameterSource,
): unknown {
  const decorated = decoratedBy(provider, registry);
  const first: unknown[] = [];
  if (decorated) {
    const inner = 'make' in decorated ? makeAnew(decorated, args, scope, registry, source) : decorated.value;
    if (inner instanceof Promise && 'make' in decorated) return inner;
    first.push(inner);
  }
  const parameters = parametersToMake(provider, decorated ? 0 : args.length).slice(first.length);
  const { needs, values } = new CallPlan(provider.make, parameters, source).bind(decorated ? [] : args, true);
  if (scope.owner) giveAll(scope.owner, provider, plansOf(needs.dependencies));
  const gathered = gather(provider.make, needs.dependencies, scope, values);
  if (gathered instanceof Promise) return gathered;
  const made = makerOf(provider)([...first, ...gathered], scope);
  if (!(made instanceof Promise)) remember(provider, made); // its scope closes it, whoever hands it out
  return made;
}

/** What a decorating factory wraps. */
export function decoratedBy(
  provider: MakingProvider,
  registry: Registry,
): MakingProvider | Extract<Provider, { kind: 'value' }> | undefined {
  const inner = provider.kind === 'factory' ? registry.behind(provider.wraps) : undefined;
  return inner && ('make' in inner || inner.kind === 'value') ? inner : undefined;
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
