import { type Plan, plansOf } from './plan.js';

/** Which singletons hold what: each plan is looked at once, however often somebody asks. */
export class Holders {
  /** For what was given (a token, a provider, a singleton or a plan) the plans that were given it. */
  readonly #givenTo = new Map<object, Set<Plan>>();
  readonly #known = new Set<Plan>();

  /**
   * Takes in the plan by which a singleton is made.
   *
   * @param later what it was given since
   */
  add(made: Plan, later: Iterable<object> = []): void {
    for (const part of later) this.#give(part, made);
    const plans = [made];
    for (const plan of plans) {
      if (this.#known.has(plan)) continue;
      this.#known.add(plan);
      for (const part of plansOf(plan.dependencies)) {
        for (const provider of [part.provider, ...part.aliases]) {
          this.#give(provider, plan);
          this.#give(provider.token, plan);
        }
        this.#give(part.singleton ?? part, plan);
        // What a singleton was given, it keeps for itself.
        if (!part.singleton) plans.push(part);
      }
    }
  }

  #give(part: object, plan: Plan): void {
    const plans = this.#givenTo.get(part);
    if (plans) plans.add(plan);
    else this.#givenTo.set(part, new Set([plan]));
  }

  /** The plans of the singletons that were given a part, directly or in what was made for them alone. */
  of(part: object): Set<Plan> {
    const holders = new Set<Plan>();
    const parts = new Set([part]);
    for (const each of parts) {
      for (const plan of this.#givenTo.get(each) ?? []) {
        if (plan.singleton) holders.add(plan);
        else parts.add(plan);
      }
    }
    return holders;
  }
}

/** What is given with the value of a plan, down to singletons: those keep for themselves what they were given. */
export function partsOf(given: Plan): Set<object> {
  const parts = new Set<object>();
  const plans = new Set([given]);
  for (const { provider, aliases, singleton, dependencies } of plans) {
    for (const each of [provider, ...aliases]) parts.add(each).add(each.token);
    if (singleton) parts.add(singleton);
    else for (const plan of plansOf(dependencies)) plans.add(plan);
  }
  return parts;
}
