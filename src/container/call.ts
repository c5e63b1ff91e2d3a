import { ArgumentError, MissingParameterTypesError, type ProviderNotFoundError } from '../errors.js';
import { declarationOf } from '../reflection/declare.js';
import {
  parametersOf,
  pendingTypes,
  positionOf,
  signature,
  type TypedParameter,
} from '../reflection/parameters.js';
import type { Container } from './container.js';
import type { InjectionScope } from './injection-scope.js';
import { howToTellTypes } from './needs.js';
import { type Dependency, gather, isAsyncFunction, type Plan } from './plan.js';

/** A function as the container calls it. */
export type Callable = (...args: never[]) => unknown;

/** What one call gives to each parameter: a plan to inject by, or the caller's value. */
export interface BoundCall {
  readonly dependencies: readonly Dependency[];
  /** The caller's values that go behind the parameters: those of a rest parameter. */
  readonly rest: readonly unknown[];
  /** Whether the call opens an injection scope. */
  readonly scoped: boolean;
}

/** A function with the types of its parameters, and the rule that says which parameter gets what. */
export class Call {
  readonly fn: Callable;
  readonly #deps: readonly unknown[] | undefined;

  /** @param deps tokens given by hand */
  constructor(fn: Callable, deps?: readonly unknown[]) {
    this.fn = fn;
    this.#deps = deps;
  }

  /** Whether the function says that it returns a promise. */
  get async(): boolean {
    return declarationOf(this.fn)?.kind === 'async' || isAsyncFunction(this.fn);
  }

  /** Begins to load the modules of `import type` parameters; `undefined` where nothing is to wait for. */
  load(): Promise<unknown> | undefined {
    const pending = this.#deps ? [] : pendingTypes(this.fn);
    return pending.length === 0 ? undefined : Promise.all(pending.map((type) => type.load()));
  }

  /** The parameters, `undefined` if nothing tells their types. */
  parameters(): readonly TypedParameter[] | undefined {
    return parametersOf(this.fn, this.#deps);
  }

  /** Refuses a function that takes parameters whose types nobody knows. */
  requireParameters(passed: number): readonly TypedParameter[] {
    const parameters = this.parameters();
    if (parameters) return parameters;
    if (passed < this.fn.length) {
      throw new MissingParameterTypesError(
        `${this.describe()}: nothing tells the types of its ${this.fn.length} parameters, and ${passed} arguments were passed`,
        howToTellTypes('inject([A, B], fn)'),
      );
    }
    return Array.from({ length: passed }, (_, index) => ({
      name: `#${index + 1}`,
      type: '',
      token: undefined,
    }));
  }

  /** The function with its parameters and place, for messages. */
  describe(): string {
    const place = positionOf(this.fn);
    return place ? `${signature(this.fn)} (${place})` : signature(this.fn);
  }

  /**
   * Gives each parameter its plan or argument.
   *
   * @param strict refuse arguments that no parameter takes, instead of dropping them
   */
  bind(container: Container, args: readonly unknown[], strict: boolean): BoundCall {
    const dependencies: Dependency[] = [];
    let next = 0;
    let scoped = false;
    const parameters = this.requireParameters(args.length);
    for (const parameter of parameters) {
      if (parameter.rest) break;
      const { token } = parameter;
      if (token && container.hasProvider(token as never)) {
        if (next < args.length && container.accepts(token, args[next])) {
          dependencies.push(passed(parameter, args[next++]));
          continue;
        }
        const plan = container.plan(token, { owner: this.fn });
        scoped ||= plan.scoped;
        dependencies.push({ parameter, plan });
        continue;
      }
      if (token && parameter.optional && !(next < args.length && container.accepts(token, args[next]))) {
        dependencies.push({ parameter, plan: undefined });
        continue;
      }
      if (next < args.length) {
        const value = args[next++];
        this.#check(parameter, value);
        dependencies.push(passed(parameter, value));
        continue;
      }
      if (!parameter.optional) {
        if (token) container.plan(token, { owner: this.fn });
        if (this.parameters()) throw this.#missing(parameter);
      }
      dependencies.push({ parameter, plan: undefined });
    }
    const takesRest = parameters.at(-1)?.rest === true;
    if (strict && !takesRest && next < args.length) {
      throw new ArgumentError(
        `${this.describe()}: ${args.length - next} of ${args.length} arguments are left over`,
        'Pass the arguments of the parameters that are not injected, in their order.',
      );
    }
    return { dependencies, rest: takesRest ? args.slice(next) : [], scoped };
  }

  /** The values of a bound call, in the order of the parameters. */
  values(bound: BoundCall, scope: InjectionScope | undefined): unknown[] | Promise<unknown[]> {
    const values = gather(this.fn, bound.dependencies, scope);
    if (bound.rest.length === 0) return values;
    return values instanceof Promise ? values.then((v) => [...v, ...bound.rest]) : [...values, ...bound.rest];
  }

  #check(parameter: TypedParameter, value: unknown): void {
    const { primitive, name, type } = parameter;
    if (!primitive || (parameter.optional && (value === undefined || value === null))) return;
    const actual = value === null ? 'null' : typeof value;
    if ((primitive as readonly string[]).includes(typeof value)) return;
    throw new ArgumentError(
      `${this.describe()}: ${name} wants ${type || primitive.join(' | ')}, and was passed ${actual === 'object' ? 'an object' : actual === 'null' || actual === 'undefined' ? actual : `a ${actual}`}`,
      'Pass the arguments of the parameters that are not injected, in their order.',
    );
  }

  #missing(parameter: TypedParameter): ArgumentError | ProviderNotFoundError {
    return new ArgumentError(
      `${this.describe()}: no argument for ${parameter.name}${parameter.type ? `: ${parameter.type}` : ''}`,
      'Pass it, make it optional, or give its type a provider.',
    );
  }
}

function passed(parameter: TypedParameter, value: unknown): Dependency {
  const plan: Plan = {
    name: parameter.name,
    scoped: false,
    uses: new Set(),
    waitsFor: () => undefined,
    get: () => value,
  };
  return { parameter, plan };
}
