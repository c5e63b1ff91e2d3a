import { MissingParameterTypesError } from '../../errors.js';
import { declarationOf, isSeen, type TypeImport } from '../../reflection/declare.js';
import { parametersOf, pendingTypes, type TypedParameter } from '../../reflection/parameters.js';
import { type BoundCall, type Callable, CallPlan } from '../resolution/call-plan.js';
import { functionKind } from '../resolution/function-kind.js';
import { howToTellTypes } from '../resolution/missing-types.js';
import { loadMissing } from '../resolution/needs.js';
import { place } from '../resolution/place.js';
import type { Generation } from '../resolution/planner.js';
import type { Resolver } from '../resolution/resolver.js';

/** A function with the types of its parameters, as containers call it. */
export class Call {
  readonly fn: Callable;
  readonly #deps: readonly unknown[] | undefined;
  readonly #metadata: unknown;
  #async: boolean | undefined;
  #isTold: boolean | undefined;
  /** Set once all types are there: then nobody looks again. */
  #loaded = false;
  #loadedFor: Generation | undefined;
  /** By the number of arguments, where nothing else tells how many parameters there are. */
  readonly #plans = new WeakMap<Generation, CallPlan[]>();

  /**
   * @param deps tokens given by hand
   * @param metadata what `design:paramtypes` says of a method
   */
  constructor(fn: Callable, deps?: readonly unknown[], metadata?: unknown) {
    this.fn = fn;
    this.#deps = deps;
    this.#metadata = metadata;
  }

  /** Whether the function says that it returns a promise. */
  get async(): boolean {
    this.#async ??= declarationOf(this.fn)?.kind === 'async' || functionKind(this.fn) === 'async';
    return this.#async;
  }

  /** Begins to load the modules of `import type` parameters; `undefined` where nothing is to wait for. */
  load(): Promise<unknown> | undefined {
    const pending = this.#pending();
    return pending.length === 0 ? undefined : Promise.all(pending.map((type) => type.load()));
  }

  /** The same, with those of the classes that its dependencies are made of, as the container provides them now. */
  loadFor(resolver: Resolver, passed: number): Promise<unknown> | undefined {
    return this.#loadedFor === resolver.generation ? undefined : this.#loadFor(resolver, passed);
  }

  #loadFor(resolver: Resolver, passed: number): Promise<unknown> | undefined {
    const { generation } = resolver;
    const loading = this.load() ?? loadMissing(() => this.planFor(resolver, passed).base);
    // A plan names one module at a time.
    if (loading) return loading.then(() => this.loadFor(resolver, passed));
    this.#loadedFor = generation;
    return undefined;
  }

  /** The module of an `import type` that has not loaded yet. */
  get pendingModule(): string | undefined {
    return this.#pending()[0]?.specifier;
  }

  /** Whether all that its parameters name has been declared: a class may be used before it is. */
  get declared(): boolean {
    try {
      declarationOf(this.fn)?.tokens();
      return true;
    } catch (error) {
      if (error instanceof ReferenceError) return false;
      throw error;
    }
  }

  #pending(): readonly TypeImport[] {
    if (this.#loaded) return [];
    const pending = this.#deps ? [] : pendingTypes(this.fn);
    this.#loaded = pending.length === 0;
    return pending;
  }

  /** The parameters, `undefined` if nothing tells their types. */
  parameters(): readonly TypedParameter[] | undefined {
    return parametersOf(this.fn, this.#deps, this.#metadata);
  }

  /** Whether more is known of its parameters than JavaScript says: `length` counts neither rest nor defaults. */
  get #told(): boolean {
    this.#isTold ??=
      this.#deps !== undefined ||
      this.#metadata !== undefined ||
      declarationOf(this.fn)?.parameters !== undefined;
    return this.#isTold;
  }

  /** Refuses a function that takes more parameters than were passed, and whose types nobody knows. */
  requireParameters(passed: number): readonly TypedParameter[] {
    const parameters = this.parameters();
    if (parameters && (passed === 0 || this.#told)) return parameters;
    const { length } = this.fn;
    if (passed < length && !isSeen(this.fn)) {
      throw new MissingParameterTypesError(
        `${this.describe()}: nothing tells the types of its ${length} parameter${length === 1 ? '' : 's'}${passed > 0 ? `, and ${passed} argument${passed === 1 ? ' was' : 's were'} passed` : ''}`,
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
    return place(this.fn);
  }

  /** How its parameters are filled as long as the container's registry stays as it is. */
  planFor(resolver: Resolver, passed: number): CallPlan {
    const { generation } = resolver;
    const index = this.#told ? 0 : passed;
    let plans = this.#plans.get(generation);
    const known = plans?.[index];
    if (known) return known;
    const plan = new CallPlan(this.fn, this.requireParameters(passed), resolver);
    if (!plans) {
      plans = [];
      this.#plans.set(generation, plans);
    }
    plans[index] = plan;
    return plan;
  }

  /** Gives each parameter its plan or argument. */
  bind(resolver: Resolver, args: readonly unknown[], strict: boolean): BoundCall {
    return this.planFor(resolver, args.length).bind(args, strict);
  }
}
