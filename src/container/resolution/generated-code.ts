import type { TypedParameter } from '../../reflection/parameters.js';
import { injectionError } from './gather.js';
import type { Plan } from './plan.js';

/** Beyond this many `new`s the generated function would cost more than it saves. */
const mostStatements = 100;

/** Who a value is made for. */
interface Consumer {
  readonly owner: object;
  readonly parameter: TypedParameter;
}

/**
 * Writes the source of a function that makes values by `new` and reads singletons that are made: the engine
 * then inlines the constructors, which it does not through a tree of closures (some seven times slower).
 */
export class CodeWriter {
  readonly #constants: unknown[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #statements: string[] = [];
  readonly #consumers: (Consumer | undefined)[] = [];
  readonly #guards = new Set<string>();

  /** The name of a value in the generated code. */
  constant(value: unknown): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `c${this.#constants.push(value) - 1}`;
      this.#names.set(value, name);
    }
    return name;
  }

  /** What must hold; otherwise the generated code leaves the call to the general way. */
  guard(condition: string): void {
    this.#guards.add(condition);
  }

  /** The expression of a plan's value, `undefined` if generated code cannot give it. */
  value(plan: Plan | undefined, consumer: Consumer | undefined): string | undefined {
    if (!plan) return 'undefined';
    if (plan.singleton) {
      const singleton = this.constant(plan.singleton);
      this.guard(`${singleton}.made`);
      return `${singleton}.value`;
    }
    if (plan.provider.kind === 'value') return this.constant(plan.provider.value);
    return plan.builder ? this.#construction(plan, consumer) : undefined;
  }

  #construction(plan: Plan, consumer: Consumer | undefined): string | undefined {
    const { provider, dependencies } = plan;
    if (provider.kind !== 'class') return undefined;
    const values: string[] = [];
    for (const dependency of dependencies) {
      const value = this.value(dependency.plan, { owner: provider.make, parameter: dependency.parameter });
      if (value === undefined) return undefined;
      values.push(value);
    }
    const index = this.#consumers.push(consumer) - 1;
    if (index >= mostStatements) return undefined;
    this.#statements.push(`at=${index};t${index}=new ${this.constant(provider.make)}(${values.join()});`);
    return `t${index}`;
  }

  /**
   * The finished function.
   *
   * @param parameters its parameters
   * @param otherwise what it returns where a guard does not hold
   * @param result what it returns
   * @param failed what it does with the error of a constructor, in the variable `error`
   * @returns `undefined` where the process forbids generated code
   */
  finish<F>(parameters: string, otherwise: string, result: string, failed: string): F | undefined {
    const fail = (at: number, error: unknown) => {
      const consumer = this.#consumers[at];
      return consumer ? injectionError(consumer.owner, consumer.parameter, error) : error;
    };
    const failing = this.constant(fail);
    const variables = this.#consumers.map((_, index) => `t${index}`);
    const body = [
      this.#guards.size > 0 ? `if(!(${[...this.#guards].join('&&')}))${otherwise}` : '',
      variables.length > 0 ? `let at=0,${variables.join()};` : '',
      variables.length > 0
        ? `try{${this.#statements.join('')}}catch(thrown){const error=${failing}(at,thrown);${failed}}`
        : '',
      result,
    ].join('\n');
    const names = this.#constants.map((_, index) => `c${index}`);
    try {
      // The only text in it that comes from outside is none: names are ours, values are passed.
      return new Function(...names, `return function(${parameters}){${body}}`)(...this.#constants) as F; // as written above
    } catch (error) {
      // --disallow-code-generation-from-strings: the general way does the same.
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}
