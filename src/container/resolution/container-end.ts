import { ContainerDisposedError } from '../../errors.js';
import { both, type Failure } from '../failures.js';
import { logger } from '../logger.js';
import type { MakingProvider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { busy } from '../scopes/busy.js';
import type { CallsInFlight } from '../scopes/calls-in-flight.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { refuseFromInside } from '../scopes/work.js';
import { listed, seconds, withReminder } from '../waiting.js';
import type { Singletons } from './singletons.js';

/** What makes and keeps the values of a container. */
interface Resolving {
  readonly registry: Registry;
  readonly singletons: Singletons;
  readonly calls: CallsInFlight;
}

/** The end of what a container has made: of its singletons, of scopes that were opened by hand, and of itself. */
export class ContainerEnd {
  readonly #resolver: Resolving;
  readonly #parent: ContainerEnd | undefined;
  /** Scopes that the caller has opened by hand, and may never close. */
  readonly #held = new Set<InjectionScope>();
  #waitsForAll = false;
  #disposed = false;
  #disposal: Promise<void> | undefined;

  constructor(resolver: Resolving, parent: ContainerEnd | undefined) {
    this.#resolver = resolver;
    this.#parent = parent;
  }

  /** Closes with the container what its caller has not closed before. */
  hold(scope: InjectionScope): void {
    this.#held.add(scope);
    scope.own({ close: () => void this.#held.delete(scope) });
  }

  /** For each scope that was opened by hand and not closed, what is open in it. */
  leftOpen(): string[][] {
    return [...this.#held].flatMap((scope) => (scope.owner ? [] : [scope.openNames()]));
  }

  /**
   * Forgets singletons at once, and those of child containers that hold one of them.
   *
   * @returns when they are disposed, which begins when the calls in flight have ended
   */
  drop(drops: (provider: MakingProvider, singleton: object) => boolean): Promise<void> {
    const close = this.#resolver.singletons.drop(drops);
    return this.#reminding(this.#resolver.calls.untilNow().then(close));
  }

  /**
   * Takes no more requests, waits until no call is in flight and no task is left, which may still begin others, and
   * closes everything.
   *
   * @param forAll whether it waits also for calls without a scope, which leave nothing open
   * @throws SelfWaitError in a task that it would wait for
   */
  dispose(forAll = true): Promise<void> {
    try {
      refuseFromInside(this.#resolver, 'its container to be disposed');
    } catch (error) {
      return Promise.reject(error);
    }
    this.#disposal ??= this.#dispose(forAll);
    return this.#disposal;
  }

  async #dispose(forAll: boolean): Promise<void> {
    this.#waitsForAll = forAll;
    await null; // a call without a scope is known when it has given its promise: this may be inside one
    const results: PromiseSettledResult<void>[] = [];
    for (;;) {
      const waiting = this.#quiet(forAll);
      if (waiting) await this.#reminding(waiting);
      else if (this.#held.size > 0) results.push(...(await this.#closeHeld()));
      else break;
    }
    this.#disposed = true;
    this.#resolver.registry.changed(); // so that no generated code goes on
    results.push(...(await Promise.allSettled([this.drop(() => true)])));
    let problem: Failure | undefined;
    for (const result of results) if (result.status === 'rejected') problem = both(problem, result.reason);
    if (problem) throw problem.error;
  }

  #closeHeld(): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled([...this.#held].map(async (scope) => scope.close()));
  }

  /** A promise while anything still runs that may need the container. */
  #quiet(forAll: boolean): Promise<unknown> | undefined {
    const left = [...busy].map((each) => each.quietFor(this.#resolver));
    const own = [
      this.#resolver.calls.ended(forAll),
      this.#resolver.singletons.quiet(),
      this.#resolver.singletons.dropped(),
    ];
    const waiting = [...own, ...left].filter((promise) => promise);
    return waiting.length > 0 ? Promise.all(waiting) : undefined;
  }

  /** Names from time to time what a wait is for: a call that waits itself would do so for ever. */
  #reminding<T>(waiting: Promise<T>): Promise<T> {
    return withReminder(waiting, (waited) => {
      const left = this.#left(this.#resolver.calls.names());
      if (left.length > 0) logger().warn(`The container has waited ${seconds(waited)} for:${listed(left)}`);
    });
  }

  #left(calls: readonly string[]): string[] {
    const closing = this.#resolver.singletons.closing().map((name) => `the disposal of ${name}`);
    return [...calls.map((call) => `the call of ${call}`), ...closing];
  }

  /**
   * Of the default container: what has begun and has not ended, for messages.
   *
   * @param all whether also calls that leave nothing open; default if its disposal waits for them
   */
  unfinished(all = this.#waitsForAll): string[] {
    return this.#left(this.#resolver.calls.names(all, true));
  }

  /** Whether `dispose()` has been called. */
  get isDisposing(): boolean {
    return this.#disposal !== undefined;
  }

  refuseDisposed(): void {
    if (this.#disposed) throw disposed();
    this.#parent?.refuseDisposed(); // its singletons are gone, and must not be made again
  }

  /** The same for what comes from outside, which would keep one busy for ever that is being disposed. */
  refuseDisposing(): void {
    if (this.#disposal) throw disposed();
    this.#parent?.refuseDisposing();
  }
}

function disposed(): ContainerDisposedError {
  return new ContainerDisposedError(
    'the container has been disposed',
    'Dispose it last, or make a new one with Container.create().',
  );
}
