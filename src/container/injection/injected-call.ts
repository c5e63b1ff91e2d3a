import type { Slot } from '../resolution/assignment.js';
import { usesBeforeGenerating } from '../resolution/builder.js';
import type { CallPlan } from '../resolution/call-plan.js';
import { CodeWriter } from '../resolution/generated-code.js';
import type { Generation } from '../resolution/planner.js';
import type { Resolver } from '../resolution/resolver.js';
import type { Call } from './call.js';

/** Calls a function with its dependencies. */
type Runner = (self: unknown, args: readonly unknown[]) => unknown;

/** A function in one state of a container: the general way at first, generated code once that pays. */
export class InjectedCall {
  readonly generation: Generation;
  /** Called from a place of its own, where the engine sees one function and inlines it. */
  generated: Runner | undefined;
  readonly #generate: () => Runner | undefined;
  readonly #general: Runner;
  #uses = 0;

  constructor(call: Call, resolver: Resolver, isolated: boolean, general: Runner) {
    this.generation = resolver.generation;
    this.#general = general;
    this.#generate = () => (isolated ? undefined : generate(call, resolver, general));
  }

  run(self: unknown, args: readonly unknown[]): unknown {
    if (++this.#uses === usesBeforeGenerating) this.generated = this.#generate();
    return this.#general(self, args);
  }
}

/** `undefined` if the call needs a scope, or anything else that generated code cannot give. */
function generate(call: Call, resolver: Resolver, general: Runner): Runner | undefined {
  if (!call.parameters()) return undefined;
  const plan = call.planFor(resolver, 0);
  if (plan.base.scoped) return undefined;
  const code = new CodeWriter();
  const takes = code.constant((token: object, value: unknown) => resolver.accepts(token, value));
  const values: string[] = [];
  /** For each argument the parameters that would take it by hand. */
  const candidates: string[][] = [];
  let next = 0;
  /** How many arguments there must be. */
  let least = 0;
  for (const [index, slot] of plan.slots.entries()) {
    const { parameter, token, provided } = slot;
    const argument = `args[${next}]`;
    if (token && (provided || parameter.optional)) {
      const value = code.value(plan.base.dependencies[index]?.plan, { owner: call.fn, parameter });
      // What is primitive may be taken from the caller by its type alone.
      if (value === undefined || slot.primitive) return undefined;
      candidates[next] = [...(candidates[next] ?? []), `${takes}(${code.constant(token)},${argument})`];
      values.push(value);
    } else if (token) {
      return undefined; // rare, and its argument has to be looked at
    } else {
      guardArgument(code, slot, argument);
      values.push(argument);
      next++;
      if (!parameter.optional) least = next;
    }
  }
  guardCount(code, least, next, plan);
  for (const [index, taken] of candidates.entries()) {
    const plain = `typeof args[${index}]!=='object'&&typeof args[${index}]!=='function'`;
    if (taken) code.guard(`(${plain}||!(${taken.join('||')}))`);
  }
  const [fn, slow] = [code.constant(call.fn), code.constant(general)];
  const failed = call.async ? 'return Promise.reject(error);' : 'throw error;';
  const returned = `${fn}.call(${['self', ...values].join()})`;
  const pending = code.constant(resolver.calls.pending.of(call));
  const result = `const result=${returned};return typeof result==='object'?${pending}.follow(result):result;`;
  return code.finish<Runner>('self,args', `return ${slow}(self,args);`, result, failed);
}

/** More arguments than are needed stand for what is injected, unless there are so many that some are dropped. */
function guardCount(code: CodeWriter, least: number, most: number, { slots, takesMore }: CallPlan): void {
  if (takesMore && least === most) code.guard(`args.length===${least}`);
  else {
    if (least > 0) code.guard(`args.length>=${least}`);
    if (takesMore) code.guard(`args.length<=${most}`);
    else if (most < slots.length) code.guard(`(args.length<=${most}||args.length>${slots.length})`);
  }
}

function guardArgument(code: CodeWriter, { parameter }: Slot, argument: string): void {
  const { primitive, optional } = parameter;
  if (!primitive) return;
  const checks = primitive.map((name) => `typeof ${argument}===${JSON.stringify(name)}`);
  if (optional) checks.push(`${argument}===undefined`);
  code.guard(`(${checks.join('||')})`);
}
