import { Call } from '../../container/injection/call.js';
import { callBehind } from '../../container/injection/injected-functions.js';
import type { Callable } from '../../container/resolution/call-plan.js';
import { functionKind } from '../../container/resolution/function-kind.js';
import { RegistrationError } from '../../errors.js';
import { locatedAs } from '../../reflection/declare.js';
import { refuseUnboundMethod } from './unbound-method.js';

/** A function is often added many times, and its parameters are read once. */
const calls = new WeakMap<Callable, Call>();

/**
 * How a function is called as a task.
 *
 * @throws RegistrationError if it is none, a generator function, or a method without its object
 */
export function callOf(fn: Callable): Call {
  if (typeof fn !== 'function') {
    throw new RegistrationError(
      `Background.add() was given ${fn === null ? 'null' : typeof fn}`,
      'Pass a function.',
    );
  }
  let call = calls.get(fn);
  if (!call) {
    // What is injected already is called by what stands behind it: its kind and its place are those of a task.
    call = callBehind(fn) ?? new Call(fn);
    if (call.fn !== fn) locatedAs(call.fn, fn);
    refuseGenerator(call.fn);
    refuseUnboundMethod(call.fn);
    calls.set(fn, call);
  }
  return call;
}

/** Its body would never run: a call only makes the generator. */
function refuseGenerator(fn: Callable): void {
  if (!functionKind(fn).endsWith('generator')) return;
  throw new RegistrationError(
    `Background.add() was given a generator function${fn.name && `, ${fn.name}`}, whose body a call does not run`,
    'Add a function that iterates over it.',
  );
}
