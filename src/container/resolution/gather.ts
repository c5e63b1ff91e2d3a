import { DependencyInjectionError } from '../../errors.js';
import type { TypedParameter } from '../../reflection/parameters.js';
import { messageOf } from '../../thrown.js';
import { isOurs, isStackFull } from '../failures.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { place } from './place.js';
import type { Dependency } from './plan.js';

/**
 * Fills in the values of the dependencies, in the order of the parameters; what has no plan is left as it is.
 * Gives a promise as soon as one takes time: the next begins when it is there.
 */
export function gather(
  owner: object,
  dependencies: readonly Dependency[],
  scope: InjectionScope | undefined,
  values: unknown[],
  from = 0,
): unknown[] | Promise<unknown[]> {
  for (let index = from; index < dependencies.length; index++) {
    const { plan, parameter } = dependencies[index] as Dependency; // in bounds
    if (!plan) continue;
    let value: unknown;
    try {
      value = plan.get(scope);
    } catch (error) {
      throw injectionError(owner, parameter, error);
    }
    // In a function of its own: a closure in this one would cost each call of it a context.
    if (value instanceof Promise && plan.mayWait) {
      return gatherAfter(value, owner, dependencies, scope, values, index);
    }
    values[index] = value;
  }
  return values;
}

async function gatherAfter(
  value: Promise<unknown>,
  owner: object,
  dependencies: readonly Dependency[],
  scope: InjectionScope | undefined,
  values: unknown[],
  index: number,
): Promise<unknown[]> {
  try {
    values[index] = await value;
  } catch (error) {
    throw injectionError(owner, (dependencies[index] as Dependency).parameter, error); // in bounds
  }
  return gather(owner, dependencies, scope, values, index + 1);
}

/** Says which parameter of what could not be made; an error of ours says enough. */
export function injectionError(owner: object, parameter: TypedParameter, error: unknown): unknown {
  if (isOurs(error)) return error;
  return new DependencyInjectionError(
    `${place(owner)}: the parameter ${parameter.name} could not be made: ${messageOf(error)}`,
    isStackFull(error)
      ? 'Look for a provider that calls itself; if none does, have one of those that lead here take the next as Lazy.'
      : 'The error of its provider is the cause.',
    { cause: error },
  );
}
