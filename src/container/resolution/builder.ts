import { CodeWriter } from './generated-code.js';
import type { Plan } from './plan.js';

/** Generating code costs as much as some hundred calls: only what is used often gets it. */
export const usesBeforeGenerating = 10;

/** Makes values by `new` alone, by generated code once it pays. */
export class Builder {
  readonly #plan: () => Plan;
  #uses = 0;
  #generated: (() => unknown) | undefined;

  constructor(plan: () => Plan) {
    this.#plan = plan;
  }

  build(): unknown {
    const generated = this.#generated;
    return generated === undefined ? this.#general() : generated();
  }

  #general(): unknown {
    if (++this.#uses === usesBeforeGenerating) this.#generated = this.#generate();
    return this.#plan().get(undefined);
  }

  #generate(): (() => unknown) | undefined {
    const plan = this.#plan();
    const code = new CodeWriter();
    const value = code.value(plan, undefined);
    if (value === undefined) return undefined;
    const general = code.constant(() => plan.get(undefined));
    return code.finish('', `return ${general}();`, `return ${value};`, 'throw error;');
  }
}
