import {
  AsyncProviderInSyncContextError,
  CaptiveDependencyError,
  CircularDependencyError,
  DependencyInjectionError,
} from '../errors.js';
import type { TypedParameter } from '../reflection/parameters.js';
import { positionOf, signature } from '../reflection/parameters.js';
import { isOurs, messageOf } from './failures.js';
import type { InjectionScope } from './injection-scope.js';
import type { MakingDefinition } from './provider.js';
import { closerOf, Resource, type ResourceHooks } from './resource.js';
import { Scope } from './scope.js';
import { tokenName } from './token.js';

/** How to get the value of one token: made once per token, dropped when the registry changes. */
export interface Plan {
  readonly name: string;
  /** Whether a call that needs it opens an injection scope. */
  readonly scoped: boolean;
  /** The resource at or below it, by name: what a singleton must not hold. */
  readonly resource?: string;
  /** The provider that is known to take time (an async factory or opening), unless its value is there already. */
  waitsFor(): string | undefined;
  /** What the values below were asked under: a made singleton keeps them, whatever is registered later. */
  readonly uses: ReadonlySet<object>;
  /** The value, or a promise of it. */
  get(scope: InjectionScope | undefined): unknown;
}

/** A parameter of a class or function with its way to a value, if it is injected. */
export interface Dependency {
  readonly parameter: TypedParameter;
  readonly plan: Plan | undefined;
}

/** The singletons of one container. */
export interface Singletons {
  readonly made: Map<MakingDefinition, { value: unknown; uses: ReadonlySet<object> }>;
  readonly root: () => InjectionScope;
}

/** The values of the dependencies, in the order of the parameters; a promise as soon as one takes time. */
export function gather(
  owner: object,
  dependencies: readonly Dependency[],
  scope: InjectionScope | undefined,
  values: unknown[] = [],
): unknown[] | Promise<unknown[]> {
  for (let index = values.length; index < dependencies.length; index++) {
    const { plan, parameter } = dependencies[index] as Dependency; // in bounds
    let value: unknown;
    try {
      value = plan?.get(scope);
    } catch (error) {
      throw wrapped(owner, parameter, error);
    }
    if (value instanceof Promise) {
      return value.then(
        (made) => gather(owner, dependencies, scope, [...values, made]),
        (error: unknown) => {
          throw wrapped(owner, parameter, error);
        },
      );
    }
    values.push(value);
  }
  return values;
}

function wrapped(owner: object, parameter: TypedParameter, error: unknown): unknown {
  if (isOurs(error)) return error;
  const place = positionOf(owner);
  return new DependencyInjectionError(
    `${signature(owner)}${place ? ` (${place})` : ''}: the parameter ${parameter.name} could not be made: ${messageOf(error)}`,
    'The error of its provider is the cause.',
    { cause: error },
  );
}

/** Compiles how the values of a definition are made and kept. */
export function compile(
  definition: MakingDefinition,
  dependencies: readonly Dependency[],
  singletons: Singletons,
): Plan {
  const name = tokenName(definition.token);
  const below = dependencies.flatMap(({ plan }) => (plan ? [plan] : []));
  const create = creation(definition, dependencies);
  const resource = below.find((plan) => plan.resource)?.resource;
  const slow = asyncName(definition);
  const waitsFor = () => slow ?? below.map((plan) => plan.waitsFor()).find(Boolean);
  const uses = new Set([definition.token, ...below.flatMap((plan) => [...plan.uses])]);
  const known = { name, uses, waitsFor };

  if (definition.scope === Scope.Singleton) {
    if (resource) throw captive(definition, resource);
    return {
      name,
      scoped: false,
      uses: new Set([definition.token]),
      waitsFor: () => {
        const slot = singletons.made.get(definition);
        return slot && !(slot.value instanceof Promise) ? undefined : waitsFor();
      },
      get: singleton(definition, create, uses, singletons),
    };
  }
  if (definition.scope === Scope.Resource) {
    return { ...known, scoped: true, resource: name, get: (scope) => openIn(scope, definition, create) };
  }
  const scoped =
    below.some((plan) => plan.scoped) || (definition.kind === 'class' && canClose(definition.make));
  return {
    ...known,
    scoped,
    ...(resource && { resource }),
    get: (scope) =>
      then(create(scope), (value) => {
        scope?.own(value);
        return value;
      }),
  };
}

function creation(
  definition: MakingDefinition,
  dependencies: readonly Dependency[],
): (scope: InjectionScope | undefined) => unknown {
  const { make } = definition;
  const build: (values: unknown[]) => unknown =
    definition.kind === 'class'
      ? (values) => Reflect.construct(make, values)
      : (values) => Reflect.apply(make as () => unknown, undefined, values); // kind says that it is a function
  if (dependencies.length === 0) return () => build([]);
  return (scope) => then(gather(make, dependencies, scope), build as (values: unknown) => unknown); // gather gives a list
}

function singleton(
  definition: MakingDefinition,
  create: (scope: InjectionScope) => unknown,
  uses: ReadonlySet<object>,
  { made, root }: Singletons,
): () => unknown {
  const pending = {};
  return () => {
    const slot = made.get(definition);
    if (slot && slot.value !== pending) return slot.value;
    if (slot) throw recursion(definition);
    const entry = { value: pending as unknown, uses };
    made.set(definition, entry);
    const keep = (value: unknown) => {
      entry.value = value;
      root().own(value);
      return value;
    };
    const forget = (error: unknown): never => {
      if (made.get(definition) === entry) made.delete(definition); // the next use tries again
      throw error;
    };
    try {
      const value = create(root());
      if (!(value instanceof Promise)) return keep(value);
      // Concurrent first uses share the promise.
      entry.value = value.then(keep, forget);
      return entry.value;
    } catch (error) {
      return forget(error);
    }
  };
}

function openIn(
  scope: InjectionScope | undefined,
  definition: MakingDefinition,
  create: (scope: InjectionScope) => unknown,
): unknown {
  if (!scope) throw new TypeError('a resource needs an injection scope'); // every way in opens one
  return scope.obtain(definition, () =>
    then(create(scope), (value) =>
      then((value as ResourceHooks)[Resource.enter]?.(scope), () => {
        scope.own(value);
        return value;
      }),
    ),
  );
}

/** Goes on at once with a value, later with a promise. */
export function then<T>(value: T | Promise<T>, next: (value: T) => unknown): unknown {
  return value instanceof Promise ? value.then(next) : next(value);
}

function canClose(type: MakingDefinition['make']): boolean {
  return closerOf(type.prototype) !== undefined;
}

function asyncName({ kind, make, token }: MakingDefinition): string | undefined {
  const first = kind === 'class' ? (make.prototype as ResourceHooks)[Resource.enter] : make;
  return isAsyncFunction(first) ? tokenName(token) : undefined;
}

/** Sees through `bind` and proxies, which hide the prototype of an async function but not its tag. */
export function isAsyncFunction(value: unknown): boolean {
  return typeof value === 'function' && Object.prototype.toString.call(value) === '[object AsyncFunction]';
}

function captive(definition: MakingDefinition, resource: string): CaptiveDependencyError {
  const name = tokenName(definition.token);
  const place = positionOf(definition.make);
  return new CaptiveDependencyError(
    `the singleton ${signature(definition.make)}${place ? ` (${place})` : ''} would keep the resource ${resource} beyond the scope that closes it`,
    `Make ${name} a @resource or @transient, or have it take ${resource} as an argument of the methods that need it.`,
  );
}

function recursion(definition: MakingDefinition): CircularDependencyError {
  const name = tokenName(definition.token);
  return new CircularDependencyError(
    `${name} was asked for while it was being made`,
    `Have ${name} ask its Container when the other value is used, instead of in its constructor or factory.`,
  );
}

/** What to say where a promise came out and nothing can wait for it. */
export function asyncInSync(name: string, who: string): AsyncProviderInSyncContextError {
  return new AsyncProviderInSyncContextError(
    `${who} needs ${name}, which takes time to make or to close`,
    'Make the function async, or use resolveAsync().',
  );
}
