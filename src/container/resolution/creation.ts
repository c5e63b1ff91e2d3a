import { isObject, isPromise, isThenable } from '../../values.js';
import type { MakingProvider, Provider } from '../registry/provider.js';
import { wraps } from '../registry/registry.js';
import { Scope } from '../scope.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { originOf } from '../scopes/origin.js';
import { giveBackHooks } from '../scopes/replaced-hooks.js';
import { closingHooks, finalizerOf, owned, Resource, type ResourceHooks } from '../scopes/resource.js';
import { functionKind } from './function-kind.js';
import { gather } from './gather.js';
import { type AnyGenerator, openGenerator } from './generator.js';
import type { Dependency } from './plan.js';

/** Makes and opens a value; what must be closed is owned by the scope. Gives a promise if it takes time. */
export type Create = (scope: InjectionScope | undefined) => unknown;

/** Which provider an object comes from: what factories give until it is closed, singletons, and values. */
const makers = new WeakMap<object, Provider>();

/** Keeps in mind where a value comes from, so that nobody else closes it. */
export function remember(provider: Provider, value: unknown): void {
  if (isObject(value) && !makers.has(value)) makers.set(value, provider);
}

/** Whether a provider made this value. */
export function wasMadeBy(provider: MakingProvider, value: object): boolean {
  if (provider.kind === 'factory' && provider.ofOrigin) return originOf(value)?.give(provider) === value;
  const maker = makers.get(value);
  return maker !== undefined && wraps(provider, maker); // a decorating factory may pass on what it wraps
}

/** How the values of a provider are made. */
export function creation(provider: MakingProvider, dependencies: readonly Dependency[]): Create {
  const make = makerOf(provider);
  const { make: owner } = provider;
  if (dependencies.length === 0) return (scope) => make([], scope);
  return (scope) => {
    const values = gather(owner, dependencies, scope, new Array(dependencies.length));
    return values instanceof Promise ? values.then((settled) => make(settled, scope)) : make(values, scope);
  };
}

/** Makes and opens a value from the values of its parameters. */
type Maker = (values: unknown[], scope: InjectionScope | undefined) => unknown;

/** How a provider makes a value from those of its parameters. */
export function makerOf(provider: MakingProvider): Maker {
  if (provider.kind === 'class') return classMaker(provider);
  const make = provider.make as (...values: unknown[]) => unknown; // the values are those of its parameters
  const opened = (value: unknown) => remember(provider, value);
  const closing = (value: unknown) => forget(provider, value);
  const keep = (value: unknown, scope: InjectionScope | undefined) => adopt(provider, value, scope, closing);
  switch (functionKind(make)) {
    case 'generator':
    case 'async generator':
      return (values, scope) => openGenerator(make(...values) as AnyGenerator, make, scope, opened, closing); // by its kind
    default:
      return (values, scope) => {
        const value = make(...values);
        return isPromise(value)
          ? Promise.resolve(value).then((settled) => keep(settled, scope))
          : keep(value, scope);
      };
  }
}

function classMaker(provider: Extract<MakingProvider, { kind: 'class' }>): Maker {
  const make = provider.make as new (...values: unknown[]) => unknown; // the values are those of its parameters
  const { opens, closes } = classHooks(make);
  // What is kept may also have a method of its own that closes it.
  if (!opens && !closes && provider.scope === Scope.Transient) return (values) => new make(...values);
  return (values, scope) => {
    const value = new make(...values);
    const opening = opens && (value as ResourceHooks)[Resource.enter]?.(scope as InjectionScope); // such plans open one
    return isThenable(opening) ? opened(opening, value, scope) : own(value, scope);
  };
}

async function opened(
  opening: PromiseLike<unknown>,
  value: unknown,
  scope: InjectionScope | undefined,
): Promise<unknown> {
  await opening;
  return own(value, scope);
}

/** Whether the instances of a class are opened and closed: by its prototype, so that plans know before. */
export function classHooks(make: { readonly prototype: unknown }): {
  readonly opens: boolean;
  readonly closes: boolean;
} {
  const hooks = make.prototype as object; // that of a class
  // Asked without reading: a getter may want an instance.
  return { opens: Resource.enter in hooks, closes: closingHooks.some((hook) => hook in hooks) };
}

function own(value: unknown, scope: InjectionScope | undefined, closing?: (value: unknown) => void): unknown {
  const finalizer = finalizerOf(value, closing);
  if (!finalizer || !scope) return value;
  try {
    if (owned in (value as object)) (value as ResourceHooks)[owned]?.(scope); // what can be closed is an object
  } finally {
    scope.own(finalizer); // also if the scope has closed: then it is closed at once
  }
  return value;
}

/** A factory may hand out what somebody else has made or opened, and closes. */
function adopt(
  provider: MakingProvider,
  value: unknown,
  scope: InjectionScope | undefined,
  closing: (value: unknown) => void,
): unknown {
  if (!isObject(value) || makers.has(value) || originOf(value) || scope?.knows(value)) return value;
  makers.set(value, provider);
  giveBackHooks(value);
  return own(value, scope, closing);
}

/** What is closed may be given again, by a factory that keeps a pool: then it is opened anew. */
function forget(provider: MakingProvider, value: unknown): void {
  if (isObject(value) && makers.get(value) === provider) makers.delete(value);
}
