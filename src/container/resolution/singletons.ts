import type { Failure } from '../failures.js';
import { both } from '../failures.js';
import type { MakingProvider, Provider } from '../registry/provider.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { remember } from './creation.js';
import { isMadeOf, type Plan } from './plan.js';
import { Singleton } from './singleton.js';

/** The singletons of one resolver, in the order in which they were made. */
export class Singletons {
  readonly #openScope: (owner: MakingProvider) => InjectionScope;
  readonly #known = new Map<MakingProvider, Singleton>();
  readonly #made = new Set<Singleton>();

  /** @param openScope gives each singleton the scope that owns it, and what is made for it alone */
  constructor(openScope: (owner: MakingProvider) => InjectionScope) {
    this.#openScope = openScope;
  }

  of(provider: MakingProvider): Singleton {
    let singleton = this.#known.get(provider);
    if (!singleton) {
      singleton = new Singleton(
        provider.token,
        () => this.#openScope(provider),
        (made) => {
          this.#made.add(made);
          remember(provider, made.value);
        },
      );
      this.#known.set(provider, singleton);
    }
    return singleton;
  }

  /** Whether `value` is the singleton of this provider. */
  has(provider: MakingProvider, value: unknown): boolean {
    const singleton = this.#known.get(provider);
    return singleton?.made === true && singleton.value === value;
  }

  /** The plan by which a singleton was made; `undefined` before. */
  planOf(provider: Provider): Plan | undefined {
    const singleton = this.#known.get(provider as MakingProvider); // no other is found
    return singleton?.made ? singleton.plan : undefined;
  }

  /** Those that exist or are being made. */
  keys(): ReadonlySet<MakingProvider> {
    return new Set(this.#known.keys());
  }

  /** Those made of a token, or of a provider. */
  holdersOf(part: object): Singleton[] {
    return [...this.#known.values()].filter(
      ({ made, token, plan }) => made && token !== part && plan && isMadeOf(plan, part),
    );
  }

  /** A promise while something in one of them is still in use. */
  quiet(): Promise<unknown> | undefined {
    const waiting = [...this.#made].flatMap((singleton) => singleton.scope?.quiet() ?? []);
    return waiting.length > 0 ? Promise.all(waiting) : undefined;
  }

  /**
   * Forgets singletons at once.
   *
   * @returns closes them, in reverse order of their creation, each one also if another fails
   */
  drop(drops: (provider: MakingProvider, singleton: Singleton) => boolean): () => Promise<void> {
    const dropped = [...this.#known].filter(([provider, singleton]) => drops(provider, singleton));
    for (const [provider] of dropped) this.#known.delete(provider);
    const singletons = new Set(dropped.map(([, singleton]) => singleton));
    return async () => {
      await Promise.all([...singletons].map((singleton) => singleton.settled()));
      const scopes = [...this.#made]
        .filter((singleton) => singletons.has(singleton))
        .reverse()
        .flatMap((singleton) => {
          this.#made.delete(singleton);
          return singleton.release() ?? [];
        });
      await closeAll(scopes);
    };
  }
}

async function closeAll(scopes: readonly InjectionScope[]): Promise<void> {
  await Promise.all(scopes.map((scope) => scope.quiet()));
  let problem: Failure | undefined;
  for (const scope of scopes) {
    try {
      await scope.close();
    } catch (error) {
      problem = both(problem, error);
    }
  }
  if (problem) throw problem.error;
}
