import { both, type Failure } from '../../container/failures.js';
import { logError } from '../../container/logger.js';
import type { Resolver } from '../../container/resolution/resolver.js';
import { scopeOfFlow } from '../../container/scopes/flow.js';
import { type InjectionScope, scopeEnded } from '../../container/scopes/injection-scope.js';
import { tokenName } from '../../container/tokens/token.js';
import { RemoteError } from '../../errors.js';
import { classByKey } from '../../reflection/declare.js';
import type { Ended, NamedContainer } from '../../threads/remotes/remote-calls.js';
import type { ThreadLocal } from '../../threads/remotes/thread-local.js';
import { isLocal, localOf } from './on-a-thread.js';

/** A container, for the code of one task on a thread, with the scopes of what is open for that. */
export class ThreadContainer implements NamedContainer {
  readonly #resolver: Resolver;
  /** Those behind scopes of the thread, by their numbers, and those of values that the thread closes itself. */
  readonly #scopes = new Map<number | InjectionScope, InjectionScope>();
  #hasEnded = false;
  #failure: Failure | undefined;

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  resolve(key: string, scope?: number, outer?: number, hasEnded?: boolean): unknown {
    const token = named(key);
    const local = this.#localBehind(token);
    if (local) return local;
    if (scope === undefined) return this.#resolver.resolve(token, this.#keep);
    if (!this.#resolver.plan(token).scoped) return this.#resolver.resolveSoon(token);
    const known = this.#scopes.get(scope);
    if (hasEnded && !known) throw scopeEnded(tokenName(token));
    return this.#resolver.resolveInSoon(token, known ?? this.#open(scope, outer));
  }

  async resolveAsync(key: string): Promise<unknown> {
    const token = named(key);
    return this.#localBehind(token) ?? (await this.#resolver.resolveSoon(token, this.#keep));
  }

  has(key: string): boolean {
    return this.#resolver.provides(named(key));
  }

  isOpen(scope: number): boolean {
    return this.#scopes.has(scope);
  }

  close(scope: number, failure: Failure | undefined): void | Promise<void> {
    return this.#scopes.get(scope)?.close(failure);
  }

  end(ended: Ended): Ended | Promise<Ended> {
    this.#failure = 'error' in ended ? ended : undefined;
    this.#hasEnded = true;
    return this.#scopes.size > 0 ? this.#closeAll(ended) : ended;
  }

  /** The last one first: it may share what is open in another one. */
  async #closeAll(ended: Ended): Promise<Ended> {
    const scopes = [...this.#scopes.values()].reverse();
    let problem = this.#failure;
    for (const closed of await Promise.allSettled(scopes.map(async (scope) => scope.close(this.#failure)))) {
      if (closed.status === 'rejected') problem = both(problem, closed.reason);
    }
    return problem ?? ended;
  }

  #localBehind(token: object): ThreadLocal | undefined {
    const plan = this.#resolver.plan(token);
    return isLocal(plan) ? localOf(plan) : undefined;
  }

  #open(id: number, outer: number | undefined): InjectionScope {
    const around = outer === undefined ? null : (this.#scopes.get(outer) ?? scopeOfFlow());
    return this.#add(id, this.#resolver.openCall(around));
  }

  readonly #keep = (scope: InjectionScope): void => {
    // A thread that was ended may have asked for it.
    if (this.#hasEnded) scope.close(this.#failure)?.catch(logError);
    else this.#add(scope, scope);
  };

  #add(id: number | InjectionScope, scope: InjectionScope): InjectionScope {
    this.#scopes.set(id, scope);
    scope.own({ close: () => this.#scopes.delete(id) });
    return scope;
  }
}

function named(key: string): object {
  const found = classByKey(key);
  if (found) return found;
  throw new RemoteError(`the main thread has not loaded ${key}`, 'Import its module there, too.');
}
