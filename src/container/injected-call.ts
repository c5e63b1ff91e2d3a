import { usesBeforeGenerating } from './builder.js';
import type { Call } from './call.js';
import type { CallPlan, Slot } from './call-plan.js';
import { CodeWriter } from './generated-code.js';
import type { Generation } from './planner.js';
import type { Resolver } from './resolver.js';

/** Calls a function with its dependencies. */
export type Runner = (self: unknown, args: readonly unknown[]) => unknown;

/** A function in one state of a container: the general way at first, generated code once that pays. */
export class InjectedCall {
  readonly generation: Generation;
  run: Runner;
  #uses = 0;

  constructor(call: Call, resolver: Resolver, isolated: boolean, general: Runner) {
    this.generation = resolver.generation;
    this.run = (self, args) => {
      if (++this.#uses === usesBeforeGenerating && !isolated) {
        this.run = generate(call, call.planFor(resolver, args.length), resolver, general) ?? general;
      }
      return general(self, args);
    };
  }
}

/** `undefined` if the call needs a scope, or anything else that generated code cannot give. */
function generate(call: Call, plan: CallPlan, resolver: Resolver, general: Runner): Runner | undefined {
  if (!call.parameters() || plan.takesRest || plan.base.scoped) return undefined;
  const code = new CodeWriter();
  const takes = code.constant((token: object, value: unknown) => resolver.accepts(token, value));
  const values: string[] = [];
  let next = 0;
  for (const [index, slot] of plan.slots.entries()) {
    const { parameter, token, provided } = slot;
    const argument = `args[${next}]`;
    if (token && (provided || parameter.optional)) {
      const dependency = plan.base.dependencies[index]?.plan;
      // What is primitive may be taken from the caller by its type alone.
      if (dependency?.provider.kind === 'value' && !isObject(dependency.provider.value)) return undefined;
      const value = code.value(dependency, { owner: call.fn, parameter });
      if (value === undefined) return undefined;
      const plain = `typeof ${argument}!=='object'&&typeof ${argument}!=='function'`;
      code.guard(`(${plain}||!${takes}(${code.constant(token)},${argument}))`);
      values.push(value);
    } else {
      guardArgument(code, slot, argument, next);
      values.push(argument);
      next++;
    }
  }
  const [fn, slow] = [code.constant(call.fn), code.constant(general)];
  const failed = call.async ? 'return Promise.reject(error);' : 'throw error;';
  const result = `return ${fn}.call(${['self', ...values].join()});`;
  return code.finish<Runner>('self,args', `return ${slow}(self,args);`, result, failed);
}

function guardArgument(code: CodeWriter, { parameter }: Slot, argument: string, index: number): void {
  const { primitive, optional } = parameter;
  if (!optional) code.guard(`args.length>${index}`);
  if (!primitive) return;
  const checks = primitive.map((name) => `typeof ${argument}===${JSON.stringify(name)}`);
  if (optional) checks.push(`${argument}===undefined`, `${argument}===null`);
  code.guard(`(${checks.join('||')})`);
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
