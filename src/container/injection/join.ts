import { asyncInSync } from '../resolution/async-in-sync.js';
import type { BoundCall } from '../resolution/call-plan.js';
import { isThenable } from '../resolution/function-kind.js';
import { gather } from '../resolution/gather.js';
import type { Resolver } from '../resolution/resolver.js';
import { inFlowOf } from '../scopes/flow.js';
import { type Origin, originOfAny } from '../scopes/origin.js';
import type { Call } from './call.js';
import { type Body, refuseSlow } from './run.js';

/** In whose scope a call runs, by one of its arguments; in nobody's if the caller passes resources of its own. */
export function joinable(
  { needs }: BoundCall,
  args: readonly unknown[],
  resolver: Resolver,
): Origin | undefined {
  if (!needs.scoped && needs.seeds.length === 0) return undefined;
  const origin = originOfAny(args);
  if (!origin?.scope.isOpen || origin.scope.resolver !== resolver) return undefined;
  return needs.seeds.every(([, value]) => origin.has(value)) ? origin : undefined;
}

/** Runs a bound call in a scope that is there already, and stays open behind it. */
export function runIn(origin: Origin, call: Call, bound: BoundCall, body: Body): unknown {
  if (!call.async) refuseSlow(call, bound);
  const { scope } = origin;
  const inside = (values: unknown[]) => inFlowOf(scope, () => body.run(values));
  origin.enter();
  let result: unknown;
  try {
    const values = gather(call.fn, bound.needs.dependencies, scope, bound.values);
    if (values instanceof Promise && !call.async) {
      values.catch(() => {}); // told as our own error
      throw asyncInSync('a parameter', call.describe());
    }
    result = values instanceof Promise ? values.then(inside) : inside(values);
  } catch (error) {
    origin.leave();
    if (call.async) return Promise.reject(error);
    throw error;
  }
  if (!isThenable(result)) {
    origin.leave();
    return result;
  }
  const left = Promise.resolve(result);
  const leave = () => origin.leave();
  left.then(leave, leave);
  return left; // what is no promise may begin again each time that somebody waits for it
}
