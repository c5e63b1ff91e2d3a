import { isThenable } from '../../values.js';
import { logError } from '../logger.js';
import { asyncInSync, closesInSync, refusePromise } from '../resolution/async-in-sync.js';
import type { BoundCall, Callable } from '../resolution/call-plan.js';
import { gather, injectionError } from '../resolution/gather.js';
import { type Dependency, slowest } from '../resolution/plan.js';
import type { Resolver } from '../resolution/resolver.js';
import { closeAfter, closeNow } from '../scopes/closing.js';
import { inFlowOf, isFlowUsed, scopeOfFlow } from '../scopes/flow.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import type { Call } from './call.js';

/** What a call runs with the values of its parameters. */
export interface Body {
  run(values: unknown[]): unknown;
  /** Told of the scope of a call that is a task. */
  opened?(scope: InjectionScope): void;
}

/** A function, with its `this`. */
export class FunctionBody implements Body {
  readonly #fn: Callable;
  readonly #self: unknown;

  constructor(fn: Callable, self: unknown) {
    this.#fn = fn;
    this.#self = self;
  }

  run(values: unknown[]): unknown {
    return Reflect.apply(this.#fn, this.#self, values);
  }
}

/**
 * Runs a bound call: opens its scope if it needs one, and closes it when what it returns has settled.
 *
 * @param mayWait whether somebody waits for a promise
 * @param isolated whether it shares nothing with the call in whose flow it runs
 */
export function run(
  call: Call,
  bound: BoundCall,
  resolver: Resolver,
  body: Body,
  mayWait: boolean,
  isolated: boolean,
): unknown {
  if (!mayWait) refuseSlow(call, bound);
  const { shares, seeds } = bound.needs;
  if (isBare(bound)) return runBare(call, bound, resolver, body, mayWait, isolated);
  const scope = resolver.openCall(isolated ? null : scopeOfFlow(), body.opened ? undefined : call);
  body.opened?.(scope);
  for (const [provider, value] of seeds) scope.seed(provider, value);
  const flows = isolated || shares || seeds.length > 0;
  return mayWait ? runAsync(call, bound, body, scope, flows) : runSync(call, bound, body, scope, flows);
}

/** Whether nothing is opened or closed for a call. */
export function isBare({ needs }: BoundCall): boolean {
  return !needs.scoped && needs.seeds.length === 0;
}

/** Refuses what takes time where nobody waits. */
export function refuseSlow(call: Call, bound: BoundCall): void {
  const slow = slowest(bound.needs.dependencies);
  if (slow !== undefined) throw asyncInSync(slow, call.describe());
}

/** @param flows whether what runs inside takes part in the sharing of resources */
export function inside(
  body: Body,
  values: unknown[],
  scope: InjectionScope | undefined,
  flows: boolean,
): unknown {
  return flows && isFlowUsed() ? insideFlow(body, values, scope) : body.run(values);
}

/** Not in {@link inside}: a closure in it would cost each call a context. */
function insideFlow(body: Body, values: unknown[], scope: InjectionScope | undefined): unknown {
  return inFlowOf(scope, () => body.run(values));
}

/** The same, when the values are there. */
export async function insideLater(
  body: Body,
  values: Promise<unknown[]>,
  scope: InjectionScope | undefined,
  flows: boolean,
): Promise<unknown> {
  return inside(body, await values, scope, flows);
}

function runBare(
  call: Call,
  bound: BoundCall,
  resolver: Resolver,
  body: Body,
  mayWait: boolean,
  flows: boolean,
): unknown {
  const values = gather(call.fn, bound.needs.dependencies, undefined, bound.values);
  if (!(values instanceof Promise)) return inside(body, values, undefined, flows);
  if (mayWait) return insideLater(body, resolver.calls.during(values), undefined, flows);
  return refusePromise(values, 'a parameter', call.describe());
}

async function runAsync(
  call: Call,
  { needs: { dependencies }, values }: BoundCall,
  body: Body,
  scope: InjectionScope,
  flows: boolean,
): Promise<unknown> {
  let result: unknown;
  let opening: Dependency | undefined;
  try {
    // As gather() does, but without a promise for each step: this is the hot path of a request.
    for (let index = 0; index < dependencies.length; index++) {
      opening = dependencies[index] as Dependency; // in bounds
      const { plan } = opening;
      if (!plan) continue;
      const value = plan.get(scope);
      values[index] = value instanceof Promise && plan.mayWait ? await value : value;
    }
    opening = undefined;
    result = await inside(body, values, scope, flows);
  } catch (thrown) {
    const error = opening ? injectionError(call.fn, opening.parameter, thrown) : thrown;
    return closeAfter(scope, { error });
  }
  const closing = scope.close();
  if (closing) await closing;
  return result;
}

function runSync(call: Call, bound: BoundCall, body: Body, scope: InjectionScope, flows: boolean): unknown {
  let result: unknown;
  try {
    const values = gather(call.fn, bound.needs.dependencies, scope, bound.values);
    if (values instanceof Promise) refusePromise(values, 'a parameter', call.describe());
    result = inside(body, values, scope, flows);
  } catch (error) {
    return closeNow(scope, { error });
  }
  if (isThenable(result)) return closedBehind(result, scope);
  const closing = scope.close();
  if (!closing) return result;
  closing.catch(logError);
  scope.fail();
  throw closesInSync(scope.openNames(), call.describe());
}

/** A returned promise holds the scope, with or without `async`. */
async function closedBehind(result: PromiseLike<unknown>, scope: InjectionScope): Promise<unknown> {
  let value: unknown;
  try {
    value = await result;
  } catch (error) {
    return closeAfter(scope, { error });
  }
  const closing = scope.close();
  if (closing) await closing;
  return value;
}
