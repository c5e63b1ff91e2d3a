import { AsyncLocalStorage } from 'node:async_hooks';
import { CircularDependencyError } from '../../errors.js';
import { closeAfter, closeNow } from '../scopes/closing.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { tokenName } from '../tokens/token.js';
import type { Create } from './creation.js';
import type { Plan } from './plan.js';

const storage = new AsyncLocalStorage<Singleton>();
let active = 0;

/** The singleton on whose behalf the present flow asks, if that is known. */
function askingSingleton(): Singleton | undefined {
  return active === 0 ? undefined : storage.getStore();
}

/** Makes a singleton that may take time, so that what its provider asks for knows on whose behalf it is asked. */
function onBehalfOf(singleton: Singleton, create: () => unknown): unknown {
  active++;
  let result: unknown;
  try {
    result = storage.run(singleton, create);
  } finally {
    if (result instanceof Promise) result.then(left, left);
    else left();
  }
  return result;
}

function left(): void {
  // On Node 20 a storage in use slows every promise of the process down.
  if (--active === 0) storage.disable();
}

/** One singleton of one container: made on first use, and kept until the container lets it go. */
export class Singleton {
  readonly token: object;
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
  /** The singletons whose creation waits for this one, so that a circle of them is found. */
  readonly #waiting = new Set<Singleton>();

  /** @param done told when the value is there */
  constructor(token: object, openScope: () => InjectionScope, done: (singleton: Singleton) => void) {
    this.token = token;
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
    const asking = askingSingleton();
    if (this.#creation) {
      const path = asking?.pathTo(this);
      if (path) throw circular([...path.reverse(), this]);
    }
    const start = () => {
      if (!this.#creation) this.#begin(plan, create, mayWait);
      return this.#creation ?? this.value;
    };
    return asking ? this.#waitedBy(asking, start) : start();
  }

  #begin(plan: Plan, create: Create, mayWait: boolean): void {
    this.plan = plan;
    const scope = this.#openScope();
    this.#creation = true;
    try {
      const value = mayWait ? onBehalfOf(this, () => create(scope)) : create(scope);
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

  /** Begins with it noted who waits: what is needed to make this one may ask for that one in turn. */
  #waitedBy(asking: Singleton, start: () => unknown): unknown {
    this.#waiting.add(asking);
    const leave = () => void this.#waiting.delete(asking);
    try {
      return start();
    } finally {
      if (this.#creation instanceof Promise) this.#creation.then(leave, leave);
      else leave();
    }
  }

  /** The singletons from this one to `target`, each waiting for the one before. */
  pathTo(target: Singleton, seen = new Set<Singleton>()): Singleton[] | undefined {
    if (this === target) return [this];
    seen.add(this);
    for (const next of this.#waiting) {
      const rest = seen.has(next) ? undefined : next.pathTo(target, seen);
      if (rest) return [this, ...rest];
    }
    return undefined;
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

function circular(path: readonly Singleton[]): CircularDependencyError {
  const names = path.map(({ token }) => tokenName(token));
  return new CircularDependencyError(
    `${names[0]} was asked for while it was being made: ${names.join(' -> ')}`,
    `Have one of them take the other as Lazy, and use it after both were made.`,
  );
}
