import { RegistrationError } from '../errors.js';
import { pendingTypes } from '../reflection/parameters.js';
import { isObject } from '../values.js';
import { logger } from './logger.js';
import { checkNested, checkScope, checkThreads } from './registry/definition.js';
import type { MakingProvider } from './registry/provider.js';
import { declareComponent } from './registry/registry.js';
import { checkTypesAreKnown } from './resolution/missing-types.js';
import { Scope } from './scope.js';
import { checkDeps, checkToken } from './tokens/check-token.js';
import type { Constructor, Token } from './tokens/token.js';

/** What a decorator may say beside the scope. */
export interface ComponentOptions {
  /** A token under which the class is known, too: an abstract class or a `token<T>()`. */
  readonly provide?: Token;
  /** The tokens of the constructor's parameters, where no transform reads their types. */
  readonly deps?: readonly Token[];
  /**
   * For resources. `'share'`: an injected call inside the asynchronous flow of a call that has this resource open
   * is given that one, until the body of the outer call has settled.
   */
  readonly nested?: 'share';
  /**
   * For singletons. `'local'`: each worker thread makes an instance of its own, of which a task there is given that of
   * its thread: no call goes to the main thread. For parsers, templates and codecs.
   *
   * What its constructor takes are the thread's own instances, too, where they are `'local'`; plain data is cloned,
   * and any other object is a remote of the main thread's one. It is not disposed: a thread ends without notice.
   *
   * @example
   * ```ts
   * import { type Background, inject, singleton } from 'offstage';
   *
   * @singleton({ threads: 'local' })
   * class Template {
   *   readonly #cache = new Map<string, string[]>();
   *   fill(text: string, value: string) {
   *     const parts = this.#cache.get(text) ?? text.split('{}');
   *     this.#cache.set(text, parts);
   *     return parts.join(value);
   *   }
   * }
   *
   * function greet(template: Template, name: string) {
   *   return template.fill('Hello {}!', name);
   * }
   *
   * await inject(async (bg: Background) => {
   *   const { result } = await bg.add(greet, 'Ada');
   *   console.log(await result); // Hello Ada!
   * })();
   * ```
   */
  readonly threads?: 'local';
}

/** A class decorator, for legacy (`experimentalDecorators`) and for standard decorators. */
export type ComponentDecorator = (target: Constructor<unknown>, context?: ClassDecoratorContext) => void;

/** A decorator that works with and without parentheses. */
export interface ScopeDecorator {
  (target: Constructor<unknown>, context?: ClassDecoratorContext): void;
  (options?: ComponentOptions): ComponentDecorator;
}

/**
 * Makes a class known to every container.
 *
 * @param options the scope, the token it provides and the tokens of its parameters
 * @throws RegistrationError if it stands on anything but a class
 */
export function component(options: ComponentOptions & { readonly scope: Scope }): ComponentDecorator {
  const scope = checkScope(options.scope, 'component()');
  const nested = checkNested(options, `@${scope}`);
  const threads = checkThreads(options, `@${scope}`);
  return (target, context) => {
    checkClass(scope, target, context);
    const provider: MakingProvider = {
      kind: 'class',
      token: target,
      scope,
      make: target,
      ...nested,
      ...threads,
      ...(options.deps && { deps: checkDeps(options.deps, `@${scope}({ deps })`) }),
    };
    declareComponent(provider);
    // The transform tells of a class right after it, when its decorators have run.
    queueMicrotask(() => {
      warnOfMissingTypes(provider);
      if (!options.deps) beginToLoadTypes(target);
    });
    if ('provide' in options) {
      declareComponent({
        kind: 'alias',
        token: checkToken(options.provide, `@${scope}({ provide })`),
        target,
      });
    }
  };
}

function warnOfMissingTypes(provider: MakingProvider): void {
  try {
    checkTypesAreKnown(provider);
  } catch (error) {
    logger().warn(error instanceof Error ? error.message : String(error));
  }
}

/** What the constructor knows by `import type`: a later sync use finds it loaded, and tells what has failed. */
function beginToLoadTypes(target: Constructor<unknown>): void {
  try {
    for (const type of pendingTypes(target)) type.load().catch(() => {});
  } catch {
    // A class that its types name is declared later, after an `await`.
  }
}

/** @param context of a standard decorator; of a legacy one on a member, the member's name */
function checkClass(scope: Scope, target: unknown, context: unknown): void {
  if (typeof target === 'function' && (context === undefined || kindOf(context) === 'class')) return;
  const what =
    typeof context === 'string' || typeof context === 'symbol'
      ? `the member ${String(context)}`
      : (kindOf(context) ?? String(target));
  throw new RegistrationError(`@${scope} stands on ${what}, not on a class`, 'Put it in front of a class.');
}

function kindOf(context: unknown): string | undefined {
  return isObject(context) && 'kind' in context ? String(context.kind) : undefined;
}

function scopeDecorator(scope: Scope): ScopeDecorator {
  function decorate(target: Constructor<unknown>, context?: ClassDecoratorContext): void;
  function decorate(options?: ComponentOptions): ComponentDecorator;
  function decorate(first?: Constructor<unknown> | ComponentOptions, context?: ClassDecoratorContext) {
    const isOptions = first === undefined || (typeof first === 'object' && first !== null);
    if (isOptions && context === undefined) return component({ ...first, scope });
    return component({ scope })(first as Constructor<unknown>, context); // anything else is refused there
  }
  return decorate;
}

/**
 * One instance per container, made on first use.
 *
 * @example
 * ```ts
 * import { Container, singleton } from 'offstage';
 *
 * @singleton
 * class Counter { count = 0; }
 *
 * Container.resolve(Counter).count++;
 * console.log(Container.resolve(Counter).count); // 1
 * ```
 */
export const singleton: ScopeDecorator = scopeDecorator(Scope.Singleton);

/** A new instance for each request. Use it as {@link singleton}. */
export const transient: ScopeDecorator = scopeDecorator(Scope.Transient);

/** One instance per injection scope, opened when first needed and closed when the scope ends. */
export const resource: ScopeDecorator = scopeDecorator(Scope.Resource);
