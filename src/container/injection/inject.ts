import { RegistrationError } from '../../errors.js';
import { designTypesOfMethod } from '../../reflection/design-types.js';
import { isObject } from '../../values.js';
import type { ArgumentsAfter, CallArguments, Takes } from '../arguments.js';
import { presentResolver } from '../default-container.js';
import type { TokenTypes } from '../registry/provider.js';
import { asyncInSync } from '../resolution/async-in-sync.js';
import type { Callable } from '../resolution/call-plan.js';
import { functionKind } from '../resolution/function-kind.js';
import type { Resolver } from '../resolution/resolver.js';
import { checkDeps } from '../tokens/check-token.js';
import type { Token } from '../tokens/token.js';
import { Call } from './call.js';
import { InjectedCall } from './injected-call.js';
import { rememberInjected } from './injected-functions.js';
import { joinable, runIn } from './join.js';
import { FunctionBody, isBare, run } from './run.js';

/** How {@link inject} wraps a function. */
export interface InjectOptions {
  /**
   * `'new'`: the call shares nothing with the call in whose asynchronous flow it runs, not even resources with
   * `nested: 'share'`. For listeners and timers.
   */
  readonly scope?: 'new';
}

/** What the decorator form of {@link inject} stands in front of. */
type Method = (this: never, ...args: never[]) => unknown;

/**
 * Wraps a function so that the parameters whose types have providers are injected at each call; the others, in
 * their order, are what the caller passes. What the call opens is closed when it ends. It resolves from the
 * container of `container.run()`, else from the default one.
 *
 * In front of a method, `@inject` does the same for its calls. A decorator cannot change the method's type: what is
 * injected comes last and is optional (`find(id: number, session?: Session)`), so that calls compile.
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
  options?: InjectOptions,
): (this: This, ...args: CallArguments<P>) => R;
/**
 * The same with tokens by hand, where no transform reads the types.
 *
 * @param tokens what the first parameters are
 */
export function inject<
  This,
  const K extends readonly Token[],
  // biome-ignore lint/suspicious/noExplicitAny: a constraint: the caller's own parameters may have any type, and unknown would refuse them
  P extends [...TokenTypes<K>, ...any[]],
  R,
>(
  tokens: K,
  fn: ((this: This, ...args: P) => R) & Takes<TokenTypes<K>, P>,
  options?: InjectOptions,
): (this: This, ...args: ArgumentsAfter<K, P>) => R;
/** As a standard decorator in front of a method. */
export function inject<M extends Method>(method: M, context: ClassMethodDecoratorContext): M;
/** As a legacy decorator (`experimentalDecorators`) in front of a method. */
export function inject<M extends Method>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
): void;
export function inject(first: unknown, second?: unknown, third?: unknown): unknown {
  if (Array.isArray(first)) {
    const options = third as InjectOptions | undefined; // by the overloads
    return injectInto(callOf(second, checkDeps(first, 'inject')), options);
  }
  if (typeof second === 'string' || typeof second === 'symbol') {
    return injectMethod(first as object, second, third as PropertyDescriptor); // by the overloads
  }
  // The context of a standard decorator.
  if (isObject(second) && 'kind' in second) return injectInto(callOf(first), {}, 'at the first call');
  return injectInto(callOf(first), second as InjectOptions | undefined); // by the overloads
}

function injectMethod(target: object, key: string | symbol, descriptor: PropertyDescriptor): void {
  const call = callOf(descriptor?.value, undefined, designTypesOfMethod(target, key));
  descriptor.value = injectInto(call, {}, 'at the first call');
}

/** @param checked when to find out whether its types are known: those of a method may be told after its decorator */
function injectInto(
  call: Call,
  { scope }: InjectOptions = {},
  checked: 'now' | 'at the first call' = 'now',
): unknown {
  const { declared } = call;
  if (declared) {
    // Loading begins here, so that a later sync use finds it done; a failure is told at the call.
    call.load()?.catch(() => {});
    if (checked === 'now') call.requireParameters(0);
  }
  const isolated = scope === 'new';
  let injected: InjectedCall | undefined;

  /** The call for the resolver of this moment: generated code is of use only while the registry stays. */
  function renew(resolver: Resolver): InjectedCall {
    injected = new InjectedCall(call, resolver, isolated, (self, args) => general(resolver, self, args));
    return injected;
  }

  function start(resolver: Resolver, self: unknown, args: readonly unknown[]): unknown {
    const bound = call.bind(resolver, args, false);
    const body = new FunctionBody(call.fn, self);
    const origin = isolated ? undefined : joinable(bound, args, resolver);
    if (origin) return runIn(origin, call, bound, body, call.async);
    const result = run(call, bound, resolver, body, call.async, isolated);
    return isBare(bound) ? resolver.calls.pending.of(call).follow(result) : result;
  }

  function general(resolver: Resolver, self: unknown, args: readonly unknown[]): unknown {
    resolver.beforeUse?.();
    if (!call.async) {
      const pending = call.pendingModule;
      if (pending) throw asyncInSync(`the module '${pending}' of an "import type"`, call.describe());
      return start(resolver, self, args);
    }
    try {
      const loading = call.loadFor(resolver, args.length);
      if (loading) return resolver.calls.beginAfter(loading, () => start(resolver, self, args));
      return start(resolver, self, args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function wrapper(this: unknown, ...args: unknown[]): unknown {
    const resolver = presentResolver();
    const ready = injected?.generation === resolver.generation ? injected : renew(resolver);
    const { generated } = ready;
    return generated === undefined ? ready.run(this, args) : generated(this, args);
  }
  rememberInjected(wrapper, call);
  Object.defineProperties(wrapper, {
    name: { value: call.fn.name, configurable: true },
    length: { ...(declared ? { value: lengthOf(call) } : { get: () => lengthOf(call) }), configurable: true },
  });
  return wrapper;
}

/** How many parameters are left for the caller. */
function lengthOf(call: Call): number {
  const parameters = call.parameters();
  if (!parameters) return call.fn.length;
  return parameters.filter((p) => !p.token && !p.rest && !p.optional).length;
}

function callOf(fn: unknown, deps?: readonly unknown[], metadata?: unknown): Call {
  if (typeof fn !== 'function') {
    throw new RegistrationError(`inject() was given ${fn === null ? 'null' : typeof fn}`, 'Pass a function.');
  }
  if (functionKind(fn).endsWith('generator')) {
    throw new RegistrationError(
      `inject(${fn.name}) was given a generator function, whose body runs after the call has ended`,
      'Inject into a function that returns the generator, with what it needs as arguments.',
    );
  }
  return new Call(fn as Callable, deps, metadata); // checked above
}
