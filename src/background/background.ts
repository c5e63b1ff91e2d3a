import type { CallArguments } from '../container/arguments.js';
import { clock } from '../container/clock.js';
import { Container } from '../container/default-container.js';
import { addBuiltIn } from '../container/registry/registry.js';
import type { Callable } from '../container/resolution/call-plan.js';
import { Scope } from '../container/scope.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { owned, Resource } from '../container/scopes/resource.js';
import { mainContainer } from '../threads/current-task.js';
import { type MapItem, mapTasks } from './map.js';
import { Nursery } from './nursery.js';
import { type BackgroundOptions, checkTaskOptions, type TaskOptions, type TaskSettings } from './options.js';
import type { TaskCounts, TaskHandle, TaskInfo } from './tasks/task-handle.js';

const soon: unique symbol = Symbol('offstage.soon');

/** Takes tasks: a {@link Background}, or a view of one that `with()` gives. */
export interface TaskTaker {
  /**
   * Accepts a task. Awaiting this waits until the task is accepted, never until it has run: that is at once, unless
   * `capacity` tasks wait already. A task that adds another one never waits.
   *
   * @param task the function; parameters whose types have providers are injected
   * @param args the arguments for the other parameters, in their order; from now on they belong to the task
   * @throws BackgroundClosedError if the scope has ended
   * @throws BackgroundDisabledError if it is disabled
   * @throws ArgumentError if the arguments do not fit
   * @throws MissingParameterTypesError if the function needs injection and nothing tells its types
   * @throws RegistrationError if it should run on a thread, and none can find it
   * @throws TaskCancelledError if the `signal` of `with()` was aborted before, or the task was stopped in whose call it was opened
   * @throws what {@link Container.resolve} does, for the parameters that are injected
   */
  add<P extends unknown[], R>(
    task: (...args: P) => R,
    ...args: CallArguments<P>
  ): Promise<TaskHandle<Awaited<R>>>;

  /**
   * Adds a task for each item, by the `add` of a subclass that overrides it, and waits for all of them.
   *
   * @param task takes an item as the one argument that is not injected
   * @param items taken one by one, as there is room
   * @returns what they returned, in the order of the items
   * @throws the error of the first one that failed, when the others have ended, too
   *
   * @example
   * ```ts
   * import { Background, inject } from 'offstage';
   *
   * async function length(word: string) { return word.length; }
   *
   * const lengths = inject(async (bg: Background, words: string[]) => bg.map(length, words));
   * console.log(String(await lengths(['ada', 'grace']))); // 3,5
   * ```
   */
  map<P extends unknown[], R>(
    task: (...args: P) => R,
    items: Iterable<MapItem<P>> | AsyncIterable<MapItem<P>>,
  ): Promise<Awaited<R>[]>;

  /**
   * The same `Background`, whose tasks run with these options. What is added to what this gives does not go through an
   * `add` that a subclass overrides: override `with`, too.
   *
   * @throws ArgumentError if an option has no meaning
   *
   * @example
   * ```ts
   * import { Background, inject } from 'offstage';
   *
   * async function call(url: string) { return `called ${url}`; }
   *
   * const main = inject(async (bg: Background) => {
   *   const patient = bg.with({ timeout: 5_000, retries: 3 });
   *   const task = await patient.add(call, 'https://example.com');
   *   return task.result;
   * });
   * console.log(await main()); // called https://example.com
   * ```
   */
  with(options: TaskOptions): TaskTaker;
}

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
export class Background implements TaskTaker, AsyncDisposable {
  readonly #nursery: Nursery;
  /** That of a subclass or an instance, taken before a container may put its own in its place. */
  #dispose: (() => PromiseLike<void>) | undefined;

  /** @throws ArgumentError if an option has no meaning */
  constructor(options: BackgroundOptions = {}) {
    this.#nursery = new Nursery(options);
  }

  /**
   * Starts the worker threads before there are tasks for them. They stay when they are idle, and keep no process alive.
   *
   * @example
   * ```ts
   * import { Background } from 'offstage';
   *
   * await Background.warmUp();
   * ```
   */
  static async warmUp(this: new () => Background): Promise<void> {
    await new this().#nursery.warmUp();
  }

  /** {@inheritDoc TaskTaker.add} */
  add<P extends unknown[], R>(
    task: (...args: P) => R,
    ...args: CallArguments<P>
  ): Promise<TaskHandle<Awaited<R>>> {
    return Promise.resolve(this.#nursery.add(task as Callable, args, asTheyAre));
  }

  /** @internal The same without a promise, where it is accepted at once: each web request adds one, for the program. */
  [soon](task: Callable, args: readonly unknown[]): TaskHandle | Promise<TaskHandle> {
    return this.#nursery.add(task, args, asTheyAre, false);
  }

  /** {@inheritDoc TaskTaker.map} */
  map<P extends unknown[], R>(
    task: (...args: P) => R,
    items: Iterable<MapItem<P>> | AsyncIterable<MapItem<P>>,
  ): Promise<Awaited<R>[]> {
    const fn = task as Callable;
    const add = hasOwnAdd(this)
      ? (item: unknown) => addByOwn(this, fn, [item])
      : (item: unknown) => this.#nursery.add(fn, [item], asTheyAre);
    return mapTasks(add, fn, items, asTheyAre);
  }

  /** {@inheritDoc TaskTaker.with} */
  with(options: TaskOptions): TaskTaker {
    return new View(this.#nursery, options);
  }

  /** The tasks that have not ended, and those whose body still runs although they were cancelled or timed out. */
  tasks(): TaskInfo[] {
    const now = clock.now();
    return this.#nursery.tasks().map((task) => task.info(now));
  }

  /** How many tasks it has accepted, and what has become of them. */
  get counts(): TaskCounts {
    return this.#nursery.counts;
  }

  /**
   * Waits until no task is left.
   *
   * @throws SelfWaitError in one of its own tasks
   */
  idle(): Promise<void> {
    return this.#nursery.idle();
  }

  /**
   * Waits until every task has ended, but no longer than the `gracePeriod`. It stays open after that: only the end of
   * a scope closes the one that it owns. A subclass that has something to tidy up may override this: what owns it calls
   * it when its tasks have ended.
   *
   * @throws SelfWaitError in one of its own tasks
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nursery.drain();
  }

  /** @internal */
  [owned](scope: InjectionScope): void {
    const dispose = this[Symbol.asyncDispose];
    if (dispose !== Background.prototype[Symbol.asyncDispose]) this.#dispose = dispose;
    this.#nursery.enter(scope);
    scope.own(this.#nursery); // so it closes behind this, whatever a subclass adds to that
  }

  /** @internal The nursery closes by itself. Its own disposer would give a promise, which a sync call cannot wait for. */
  [Resource.exit](): unknown {
    return this.#dispose?.();
  }
}

/**
 * The process's own {@link Background}: a singleton, for what may outlive the call that adds it.
 * `Container.dispose()` waits for its tasks.
 *
 * @example
 * ```ts
 * import { AppBackground, inject } from 'offstage';
 *
 * async function record(page: string) { console.log(`seen: ${page}`); }
 *
 * const show = inject(async (app: AppBackground, page: string) => {
 *   await app.add(record, page);
 *   return 'shown';
 * });
 * console.log(await show('/')); // seen: /, shown
 * ```
 */
export class AppBackground extends Background {}

/** Adds a task; without a promise if it is accepted at once, by a `Background` whose `add` nobody has overridden. */
export function addSoon(
  background: AppBackground,
  task: () => unknown,
  args: readonly unknown[],
): TaskHandle | Promise<TaskHandle> {
  return hasOwnAdd(background) ? addByOwn(background, task, args) : background[soon](task, args);
}

/** Whether it is not that of this class. */
function hasOwnAdd(background: Background): boolean {
  return background.add !== Background.prototype.add;
}

/** Async, since an `add` of theirs may throw. */
async function addByOwn(
  background: Background,
  task: Callable,
  args: readonly unknown[],
): Promise<TaskHandle> {
  return background.add(task as () => unknown, ...(args as [])); // what fits is known to who gives them
}

const asTheyAre = checkTaskOptions({});

class View implements TaskTaker {
  readonly #nursery: Nursery;
  readonly #options: TaskOptions;
  readonly #settings: TaskSettings;

  constructor(nursery: Nursery, options: TaskOptions) {
    this.#nursery = nursery;
    this.#options = options;
    this.#settings = checkTaskOptions(options);
  }

  add<P extends unknown[], R>(
    task: (...args: P) => R,
    ...args: CallArguments<P>
  ): Promise<TaskHandle<Awaited<R>>> {
    return Promise.resolve(this.#nursery.add(task as Callable, args, this.#settings));
  }

  map<P extends unknown[], R>(
    task: (...args: P) => R,
    items: Iterable<MapItem<P>> | AsyncIterable<MapItem<P>>,
  ): Promise<Awaited<R>[]> {
    const fn = task as Callable;
    return mapTasks((item) => this.#nursery.add(fn, [item], this.#settings), fn, items, this.#settings);
  }

  with(options: TaskOptions): TaskTaker {
    return new View(this.#nursery, { ...this.#options, ...options });
  }
}

addBuiltIn({ kind: 'class', token: Background, scope: Scope.Resource, make: Background });
addBuiltIn({ kind: 'class', token: AppBackground, scope: Scope.Singleton, make: AppBackground });
Container.resolver.elsewhere = mainContainer;
