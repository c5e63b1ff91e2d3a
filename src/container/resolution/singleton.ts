import { closeAfter, closeNow } from '../scopes/closing.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import type { Create } from './creation.js';
import { circular, Making } from './making.js';
import type { Plan } from './plan.js';

/** One singleton of one container: made on first use, and kept until the container lets it go. */
export class Singleton extends Making {
  /** Whether `value` is there. Read by generated code. */
  made = false;
  value: unknown = undefined;
  /** How it was made, or begun: it keeps what it was given, whatever is registered later. */
  plan: Plan | undefined;
  /** What owns it, and what was made for it alone. */
  scope: InjectionScope | undefined;
  readonly #openScope: () => InjectionScope;
  readonly #done: (singleton: Singleton) => void;
  /** The creation that is under way; `true` before it is known to take time. */
  #creation: Promise<unknown> | true | undefined;

  /** @param done told when the value is there */
  constructor(token: object, openScope: () => InjectionScope, done: (singleton: Singleton) => void) {
    super(token);
    this.#openScope = openScope;
    this.#done = done;
  }

  /** Whether it is made, or being made. */
  get begun(): boolean {
    return this.made || this.#creation !== undefined;
  }

  /** @param mayWait whether it may take time to make */
  get(plan: Plan, create: Create, mayWait: boolean): unknown {
    if (this.made) return this.value;
    if (this.#creation === true) throw circular([this, this]);
    return this.waitFor(this.#creation !== undefined, () => {
      if (!this.#creation) this.#begin(plan, create, mayWait);
      return this.#creation ?? this.value;
    });
  }

  #begin(plan: Plan, create: Create, mayWait: boolean): void {
    this.plan = plan;
    const scope = this.#openScope();
    this.#creation = true;
    try {
      const value = mayWait ? this.run(() => create(scope)) : create(scope);
      if (value instanceof Promise) {
        // Concurrent first uses share the promise.
        this.#creation = value.then(
          (settled) => this.#keep(settled, scope),
          (error: unknown) => {
            this.#creation = undefined; // a failure is not kept: the next use tries again
            return closeAfter(scope, { error });
          },
        );
      } else {
        this.#keep(value, scope);
      }
    } catch (error) {
      this.#creation = undefined;
      closeNow(scope, { error });
    }
  }

  #keep(value: unknown, scope: InjectionScope): unknown {
    this.scope = scope;
    this.value = value;
    this.made = true;
    this.#creation = undefined;
    this.#done(this);
    return value;
  }

  /** Waits for a creation under way, however it ends. */
  async settled(): Promise<void> {
    if (this.#creation instanceof Promise) await this.#creation.catch(() => {});
  }

  /** Lets go of the value; gives the scope that still has to be closed. */
  release(): InjectionScope | undefined {
    const scope = this.scope;
    this.made = false;
    this.value = undefined;
    this.scope = undefined;
    return scope;
  }
}
