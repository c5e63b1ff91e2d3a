import { isThenable } from '../../values.js';
import { refusePromise } from '../resolution/async-in-sync.js';
import type { BoundCall } from '../resolution/call-plan.js';
import { gather } from '../resolution/gather.js';
import type { Resolver } from '../resolution/resolver.js';
import { isFlowUsed } from '../scopes/flow.js';
import { type Origin, originOfAny } from '../scopes/origin.js';
import type { Call } from './call.js';
import { type Body, inside, insideLater, isBare, refuseSlow } from './run.js';

/** In whose scope a call runs, by one of its arguments; in nobody's if the caller passes resources of its own. */
export function joinable(bound: BoundCall, args: readonly unknown[], resolver: Resolver): Origin | undefined {
  if (isBare(bound)) return undefined;
  const origin = originOfAny(args);
  if (!origin?.isOpenTo(resolver)) return undefined;
  return bound.needs.seeds.every(([, value]) => origin.has(value)) ? origin : undefined;
}

/** Who wants to know of a call's error. */
interface Caller {
  fail(error: unknown): void;
}

/**
 * Runs a bound call in a scope that is there already, and stays open after it.
 *
 * @param mayWait whether somebody waits for a promise
 * @param caller told of the call's error, before the scope may close
 */
export function runIn(
  origin: Origin,
  call: Call,
  bound: BoundCall,
  body: Body,
  mayWait: boolean,
  caller?: Caller,
): unknown {
  if (!mayWait) refuseSlow(call, bound);
  const scope = bound.needs.scoped ? origin.scope : undefined;
  origin.enter();
  let result: unknown;
  try {
    const values = gather(call.fn, bound.needs.dependencies, scope, bound.values);
    if (values instanceof Promise) {
      result = mayWait
        ? insideLater(body, values, origin.scope, true) // until then, calls may begin to share
        : refusePromise(values, 'a parameter', call.describe());
    } else {
      result = inside(body, values, isFlowUsed() ? origin.scope : undefined, true);
    }
  } catch (error) {
    caller?.fail(error);
    origin.leave();
    if (call.async) return Promise.reject(error);
    throw error;
  }
  if (!isThenable(result)) {
    origin.leave();
    return result;
  }
  const left = Promise.resolve(result); // what is no promise may begin again each time that somebody waits for it
  leaveAfter(left, origin, caller);
  return left;
}

function leaveAfter(left: Promise<unknown>, origin: Origin, caller: Caller | undefined): void {
  const leave = () => origin.leave();
  left.then(leave, (error) => {
    caller?.fail(error);
    leave();
  });
}
