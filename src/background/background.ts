import { availableParallelism } from 'node:os';
import type { CallArguments } from '../container/arguments.js';
import { addBuiltIn } from '../container/container.js';
import { Container } from '../container/default-container.js';
import { messageOf } from '../container/failures.js';
import { Call } from '../container/injection/call.js';
import { run } from '../container/injection/run.js';
import { logger } from '../container/logger.js';
import type { Callable } from '../container/resolution/call-plan.js';
import type { Resolver } from '../container/resolution/resolver.js';
import { Scope } from '../container/scope.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { quiesce, Resource } from '../container/scopes/resource.js';
import { ArgumentError, BackgroundClosedError, RegistrationError, RemoteError } from '../errors.js';
import { classByKey } from '../reflection/declare.js';
import { mainContainer } from '../threads/on-thread.js';
import { threadPool } from '../threads/pool.js';
import type { NamedContainer } from '../threads/remote-calls.js';
import { locationOf } from '../threads/task.js';
import type { FunctionPlace } from '../threads/transfer.js';
import { Lane } from './lane.js';
import { tellWhyOnLoop, threadless } from './on-the-loop.js';
import { TaskHandle } from './task-handle.js';

/** How a {@link Background} runs its tasks. */
export interface BackgroundOptions {
  /** The most async tasks that run at one time. Minimum 1; default unbounded. */
  readonly maxConcurrency?: number;
  /** The most worker threads for sync tasks. Minimum 1; default the cores that are available. */
  readonly maxWorkers?: number;
}

/** A function is often added many times, and its parameters are read once. */
const calls = new WeakMap<Callable, Call>();
let lastId = 0;

/**
 * A nursery for tasks, one per injection scope: async functions run on the event loop, sync functions on worker
 * threads, and the scope closes when all of them have ended. A task that fails is logged, and stops nothing else.
 *
 * @example
 * ```ts
 * import { Background, inject } from 'offstage';
 *
 * async function greet(name: string) { console.log(`Hello ${name}!`); }
 *
 * const main = inject(async (bg: Background) => {
 *   await bg.add(greet, 'Ada');
 * });
 * await main(); // Hello Ada!
 * ```
 */
export class Background implements AsyncDisposable {
  #resolver: Resolver = Container.resolver;
  readonly #loop: Lane;
  readonly #threads: Lane;
  readonly #maxWorkers: number;
  readonly #unfinished = new Set<Promise<unknown>>();
  #closed = false;

  /** @throws ArgumentError if a bound is not a whole number from 1 on */
  constructor(options: BackgroundOptions = {}) {
    this.#maxWorkers = bound('maxWorkers', options.maxWorkers ?? availableParallelism());
    this.#loop = new Lane(bound('maxConcurrency', options.maxConcurrency ?? Number.POSITIVE_INFINITY));
    this.#threads = new Lane(this.#maxWorkers);
  }

  /**
   * Accepts a task. Awaiting this waits until the task is accepted, never until it has run.
   *
   * @param task the function; parameters whose types have providers are injected
   * @param args the arguments for the other parameters, in their order
   * @throws BackgroundClosedError if the scope has ended
   * @throws ArgumentError if the arguments do not fit
   * @throws MissingParameterTypesError if the function needs injection and nothing tells its types
   */
  add<P extends unknown[], R>(
    task: (...args: P) => R,
    ...args: CallArguments<P>
  ): Promise<TaskHandle<Awaited<R>>> {
    const accepted = this.#accept<Awaited<R>>(task as Callable, args);
    // Told here, so that an add that nobody awaits is no unhandled rejection.
    accepted.catch((error: unknown) =>
      logger('background').error(`A task was not accepted: ${messageOf(error)}`),
    );
    return accepted;
  }

  async #accept<R>(fn: Callable, args: readonly unknown[]): Promise<TaskHandle<R>> {
    if (typeof fn !== 'function') {
      throw new RegistrationError(
        `Background.add() was given ${fn === null ? 'null' : typeof fn}`,
        'Pass a function.',
      );
    }
    if (this.#closed) {
      throw new BackgroundClosedError(
        `${fn.name || 'a task'} was added to a Background that has closed`,
        'Add tasks before the injected call has ended.',
      );
    }
    const call = callOf(fn);
    const loading = call.load();
    if (loading) await this.#track(loading);
    const bound = call.bind(this.#resolver, args, true);
    const handle = new TaskHandle<R>(++lastId, fn.name || 'anonymous');
    const where = this.#placeOf(call, fn);
    const body = async () => {
      const execute = (values: unknown[]) =>
        where ? this.#onThread(handle.name, where, values) : Reflect.apply(fn, undefined, values);
      return await run(call, bound, this.#resolver, execute, true, true);
    };
    const finished = new Promise<void>((resolve) => {
      const lane = where ? this.#threads : this.#loop;
      lane.push(async () => {
        // A sync function that stays on the event loop must not run before add() has returned.
        if (!where && !call.async) await new Promise(setImmediate);
        const failure = await handle.run(body);
        if (failure) report(call.async ? 'async' : 'sync', handle.name, failure.error);
        resolve();
      });
    });
    void this.#track(finished);
    return handle;
  }

  #placeOf(call: Call, fn: Callable): FunctionPlace | undefined {
    if (call.async) return undefined;
    const location = locationOf(fn);
    if (!threadless && location && 'module' in location) return location;
    tellWhyOnLoop(fn, location);
    return undefined;
  }

  async #onThread(name: string, place: FunctionPlace, args: readonly unknown[]): Promise<unknown> {
    const pool = await threadPool(this.#maxWorkers);
    return pool.run({ name, place, args, container: this.#named() });
  }

  /** The container, for code on a thread: there, classes are known by their names. */
  #named(): NamedContainer {
    const resolver = this.#resolver;
    const known = (key: string): object => {
      const token = classByKey(key);
      if (token) return token;
      throw new RemoteError(`the main thread has not loaded ${key}`, 'Import its module there, too.');
    };
    return {
      resolve: (key) => resolver.resolve(known(key)),
      resolveAsync: (key) => resolver.resolveAsync(known(key)),
      has: (key) => resolver.provides(known(key)),
    };
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    const forget = () => void this.#unfinished.delete(settled);
    const settled: Promise<void> = promise.then(forget, forget);
    this.#unfinished.add(settled);
    return promise;
  }

  async #drain(): Promise<void> {
    while (this.#unfinished.size > 0) await Promise.all(this.#unfinished);
  }

  /** @internal */
  [Resource.enter](scope: InjectionScope): void {
    this.#resolver = scope.resolver as Resolver; // there is no other kind
  }

  /** @internal */
  [quiesce](): Promise<void> | undefined {
    return this.#unfinished.size > 0 ? this.#drain() : undefined;
  }

  /** @internal */
  [Resource.exit](): Promise<void> | undefined {
    if (this.#unfinished.size > 0) return this.#drain().then(() => this[Resource.exit]());
    this.#closed = true;
    return undefined;
  }

  /** Waits until every task has ended. One that a scope owns stays open: it closes with the scope. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drain();
  }
}

function callOf(fn: Callable): Call {
  let call = calls.get(fn);
  if (!call) {
    call = new Call(fn);
    calls.set(fn, call);
  }
  return call;
}

function report(kind: 'async' | 'sync', name: string, error: unknown): void {
  logger('background').error(`Error in background ${kind} task ${name}: ${messageOf(error)}`);
  if (error instanceof Error) logger('background').debug(error.stack);
}

function bound(name: string, value: number): number {
  if (value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)) return value;
  throw new ArgumentError(
    `new Background({ ${name}: ${value} }): it must be a whole number from 1 on`,
    `Leave ${name} out, or pass 1 or more.`,
  );
}

addBuiltIn({ kind: 'class', token: Background, scope: Scope.Resource, make: Background });
Container.resolver.elsewhere = mainContainer();
