import { RegistrationError } from '../errors.js';
import { pendingTypes } from '../reflection/parameters.js';
import type { CallArguments } from './arguments.js';
import { Call, type Callable } from './call.js';
import { Container } from './default-container.js';
import { asyncInSync } from './plan.js';
import type { TokenTypes } from './provider.js';
import { run } from './run.js';
import type { Token } from './token.js';

/**
 * Wraps a function so that the parameters whose types have providers are injected at each call; the others, in
 * their order, are what the caller passes. What the call opens is closed when it ends.
 *
 * @param fn the function, with typed parameters
 * @returns a function of the same name and `this`, which takes the arguments that are left
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 * @throws RegistrationError if `fn` is not a function, or is a generator function
 *
 * @example
 * ```ts
 * import { inject, singleton } from 'offstage';
 *
 * @singleton
 * class Greeter { greet(name: string) { return `Hello ${name}!`; } }
 *
 * const greet = inject((greeter: Greeter, name: string) => greeter.greet(name));
 * console.log(greet('Ada')); // Hello Ada!
 * ```
 */
export function inject<This, P extends unknown[], R>(
  fn: (this: This, ...args: P) => R,
): (this: This, ...args: CallArguments<P>) => R;
/**
 * The same with tokens by hand, where no transform reads the types.
 *
 * @param tokens what the first parameters are
 */
export function inject<
  const K extends readonly Token[],
  // biome-ignore lint/suspicious/noExplicitAny: a constraint: the caller's own parameters may have any type, and unknown would refuse them
  P extends [...TokenTypes<K>, ...any[]],
  R,
>(tokens: K, fn: (...args: P) => R): (...args: CallArguments<P>) => R;
export function inject(first: unknown, second?: unknown): unknown {
  const fn = Array.isArray(first) ? second : first;
  checkFunction(fn);
  const call = new Call(fn, Array.isArray(first) ? first : undefined);
  // Loading begins here, so that a later sync use finds it done; a failure is told at the call.
  call.load()?.catch(() => {});
  call.requireParameters(0);

  function injected(this: unknown, ...args: unknown[]): unknown {
    const start = () => {
      const bound = call.bind(Container, args, false);
      return run(call, bound, Container, (values) => Reflect.apply(fn as Callable, this, values), call.async); // checked above
    };
    if (!call.async) {
      const [pending] = Array.isArray(first) ? [] : pendingTypes(fn as Callable); // checked above
      if (pending)
        throw asyncInSync(`the module '${pending.specifier}' of an "import type"`, call.describe());
      return start();
    }
    try {
      const loading = call.load();
      return loading ? loading.then(start) : start();
    } catch (error) {
      return Promise.reject(error);
    }
  }
  const length = call.requireParameters(0).filter((p) => !p.token && !p.rest && !p.optional).length;
  Object.defineProperties(injected, {
    name: { value: fn.name, configurable: true },
    length: { value: length, configurable: true },
  });
  return injected;
}

function checkFunction(fn: unknown): asserts fn is Callable {
  if (typeof fn !== 'function') {
    throw new RegistrationError(`inject() was given ${fn === null ? 'null' : typeof fn}`, 'Pass a function.');
  }
  if (/Generator/.test(Object.prototype.toString.call(fn))) {
    throw new RegistrationError(
      `inject(${fn.name}) was given a generator function, whose body runs after the call has ended`,
      'Inject into a function that returns the generator, with what it needs as arguments.',
    );
  }
}
