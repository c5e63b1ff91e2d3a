import { availableParallelism } from 'node:os';
import { presentResolver } from '../container/default-container.js';
import type { Call } from '../container/injection/call.js';
import type { Callable } from '../container/resolution/call-plan.js';
import type { Resolver } from '../container/resolution/resolver.js';
import { type Busy, busy, type Named } from '../container/scopes/busy.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import type { Finalizer } from '../container/scopes/resource.js';
import { currentWork, refuseFromInside, type Work, workAwaitedBy } from '../container/scopes/work.js';
import { type Linked, LinkedList } from '../linked-list.js';
import { isTracing } from '../threads/open-telemetry.js';
import { Drain } from './closing/drain.js';
import { threadPlaceOf } from './executors/place-of.js';
import { Admission } from './lanes/admission.js';
import { Lane } from './lanes/lane.js';
import { startNested } from './lanes/nested-starts.js';
import { ThreadLane } from './lanes/thread-lane.js';
import { type BackgroundOptions, checkBackgroundOptions, type TaskSettings } from './options.js';
import { Tally } from './tally.js';
import type { Attempt, Nested } from './tasks/attempt.js';
import { Task } from './tasks/task.js';
import { callOf } from './tasks/task-call.js';
import { cancelled, closed, disabled } from './tasks/task-errors.js';
import type { EndedStatus, TaskCounts } from './tasks/task-handle.js';
import type { TaskHome } from './tasks/task-home.js';
import { describe, tellEnd, tellOnError, tellRefused, tellRetry, tellStart } from './watching.js';

/** The tasks of one `Background`: lets them in, starts them in turn, and waits for them. */
export class Nursery implements TaskHome<Task>, Nested, Busy, Finalizer {
  before: Linked | undefined;
  after: Linked | undefined;
  #resolver = presentResolver();
  outer: Work | undefined;
  traced = false;
  readonly #options: BackgroundOptions;
  readonly #loop: Lane<Task>;
  readonly #threads: ThreadLane;
  readonly #admission: Admission<Task>;
  /** All of which something still runs or waits, in the order of their adding. */
  readonly #tasks = new LinkedList<Task>();
  readonly #tally = new Tally();
  readonly #drain: Drain;
  #scope: InjectionScope | undefined;
  /** The attempt in whose call it was opened. */
  #around: Attempt<Task> | undefined;
  #closed = false;
  #busy = false;

  /** @throws ArgumentError if an option has no meaning */
  constructor(options: BackgroundOptions) {
    const { maxConcurrency, maxWorkers, maxWorkerMemory, capacity, gracePeriod } =
      checkBackgroundOptions(options);
    const maxThreads = maxWorkers ?? availableParallelism();
    const unbounded = Number.POSITIVE_INFINITY;
    this.#options = options;
    this.#loop = new Lane<Task>(maxConcurrency ?? unbounded, startNested, () =>
      this.#admission.placeFree(this.#loop),
    );
    this.#threads = new ThreadLane({ maxThreads, maxMemory: maxWorkerMemory }, () =>
      this.#admission.placeFree(this.#threads),
    );
    this.#admission = new Admission(capacity ?? unbounded, (task) => this.#queue(task));
    this.#drain = new Drain(this.#tasks, gracePeriod ?? unbounded, {
      abandon: (grace) => this.#abandon(grace),
      emptied: () => {
        // That of a call when its scope closes: it often empties before.
        if (!this.#scope || this.#scope.owner) this.#setBusy(false);
      },
    });
  }

  /** Takes its place: its tasks are resolved by the container of this scope, which waits for them. */
  enter(scope: InjectionScope): void {
    this.#resolver = scope.resolver as Resolver; // there is no other kind
    this.#scope = scope;
    if (scope.owner) return; // a singleton outlives whoever is the first to ask for it
    const around = currentWork();
    if (!(around instanceof Task)) return;
    this.outer = around;
    this.#around = around.running;
    this.#around?.owns(this);
  }

  isAwaitedBy(closer: object): boolean {
    return closer === this || closer === this.#scope || this.#resolver.descendsFrom(closer);
  }

  get heldBy(): object | undefined {
    return this.#scope?.isCall ? this.#resolver : this.#scope?.owner;
  }

  /**
   * Accepts a task; a promise if it has to wait. What is refused is logged, so that nobody needs to await.
   *
   * @param byProgram whether the stack tells where the program has added it
   */
  add<R>(
    fn: Callable,
    args: readonly unknown[],
    settings: TaskSettings,
    byProgram = true,
  ): Task<R> | Promise<Task<R>> {
    try {
      const task = new Task<R>(this, this.#resolverOfFlow(), this.#callOf(fn), args, settings);
      const entering = this.#accept(task, byProgram);
      return entering ? this.#whenEntered(task, entering) : task;
    } catch (error) {
      return told(Promise.reject(error));
    }
  }

  /** That of the container in whose flow a task is added, if all that is known here is known there. */
  #resolverOfFlow(): Resolver {
    const present = presentResolver();
    return present.descendsFrom(this.#resolver) ? present : this.#resolver;
  }

  #accept(task: Task, byProgram: boolean): Promise<void> | undefined {
    if (!this.#busy) this.#setBusy(true);
    this.#tasks.enter(task);
    if (byProgram && this.#options.gracePeriod !== undefined) task.addedBy = new Error(); // its stack
    try {
      const loading = task.load();
      return loading ? this.#admitAfter(task, loading) : this.#admit(task);
    } catch (error) {
      this.over(task);
      throw error;
    }
  }

  async #admitAfter(task: Task, loading: Promise<unknown>): Promise<void> {
    task.keepContext(); // so that it knows that it has waited
    await this.#admission.hold(task, loading);
    await this.#admit(task);
  }

  #whenEntered<R>(task: Task<R>, entering: Promise<void>): Promise<Task<R>> {
    entering.catch(() => this.over(task));
    return told(entering.then(() => task));
  }

  #admit(task: Task): Promise<void> | undefined {
    task.bind();
    task.place = threadPlaceOf(task.call, task.settings, this.#options);
    task.follow(task.settings.signal);
    return this.#enter(task);
  }

  #callOf(fn: Callable): Call {
    const call = callOf(fn);
    if (this.#closed || this.#drain.givingUp) throw closed(fn.name || 'a task');
    const stopped = this.#around?.stopped;
    if (stopped) throw cancelled(fn.name || 'a task', stopped.reason);
    if (this.#options.enabled === false) throw disabled(fn.name || 'a task');
    return call;
  }

  /** A promise if it has to wait for room. A task that adds another cannot: it would wait for itself. */
  #enter(task: Task): Promise<void> | undefined {
    const atOnce = this.#laneOf(task).hasPlace || this.#admission.hasRoom || workAwaitedBy(this);
    if (atOnce) return this.#queue(task);
    task.keepContext();
    return this.#admission.wait(task, this.#laneOf(task));
  }

  /** Whether it still waited for room: then it is never accepted. */
  #refuse(task: Task, error: unknown): boolean {
    if (!this.#admission.refuse(task, error)) return false;
    task.refuse();
    this.over(task);
    return true;
  }

  #queue(task: Task): undefined {
    this.#tally.accepted();
    const lane = this.#laneOf(task);
    if (!lane.hasPlace) {
      task.queued = true;
      this.#admission.enter();
      task.keepContext();
    }
    lane.push(task);
  }

  #laneOf(task: Task): Lane<Task> | ThreadLane {
    return task.place ? this.#threads : this.#loop;
  }

  onThread(...started: Parameters<ThreadLane['run']>): Promise<unknown> {
    return this.#threads.run(...started);
  }

  async warmUp(): Promise<void> {
    await this.#threads.warmUp();
  }

  started(task: Task): void {
    this.#leaveQueue(task);
    this.#tally.started();
    tellStart(task);
  }

  #leaveQueue(task: Task): void {
    if (!task.queued) return;
    task.queued = false;
    this.#admission.leave();
  }

  placeFree(task: Task): void {
    this.#laneOf(task).leave();
  }

  failed(task: Task, error: unknown, delay: number): void {
    this.#tally.stopped();
    tellRetry(task, error, delay);
  }

  again(task: Task): void {
    const lane = this.#laneOf(task);
    if (!lane.hasPlace) task.keepContext();
    lane.push(task);
  }

  ended(task: Task, error: unknown, before: 'waiting' | 'running'): void {
    if (this.#refuse(task, error)) return;
    if (task.queued) this.#laneOf(task).forget();
    this.#leaveQueue(task);
    if (before === 'running') this.#tally.stopped();
    this.#tally.ended(task.status as EndedStatus); // it has ended
    tellEnd(task, error, before === 'waiting' && task.attempt > 0);
    tellOnError(this.#options.onError, error, task);
  }

  over(task: Task): void {
    if (this.#tasks.leave(task)) this.#drain.removed(task);
  }

  /** Those that have not ended, and those that have while their body has not. */
  tasks(): readonly Task[] {
    this.#threads.look();
    return [...this.#tasks];
  }

  get counts(): TaskCounts {
    this.#threads.look();
    return this.#tally.counts;
  }

  /** @throws SelfWaitError from inside one of its tasks */
  async idle(): Promise<void> {
    refuseFromInside(this, 'its Background to be idle');
    while (this.#tasks.size > 0) await this.#drain.idle();
  }

  /** @throws SelfWaitError from inside one of its tasks */
  async drain(): Promise<void> {
    refuseFromInside(this, 'its Background to close');
    for (let closing = this.#drain.close(); closing; closing = this.#drain.close()) await closing;
  }

  #setBusy(value: boolean): void {
    if (this.#busy === value) return;
    this.#busy = value;
    if (!value) {
      busy.leave(this);
      return;
    }
    busy.enter(this);
    this.traced = isTracing(); // not asked for each task
  }

  quietFor(resolver: object): Promise<unknown> | undefined {
    if (resolver === this.#resolver) return this.#scope ? undefined : this.quiet();
    if (this.#resolver.descendsFrom(resolver)) return this.quiet();
    const theirs = [...this.#tasks].filter((task) => task.resolver.descendsFrom(resolver));
    return theirs.length > 0 ? Promise.all(theirs.map((task) => this.#drain.endOf(task))) : undefined;
  }

  unfinished(): Named[] {
    return this.tasks()
      .filter(({ hasEnded }) => !hasEnded)
      .map((task) => () => describe(task));
  }

  /** A promise as long as there are tasks; no longer than the grace period. */
  quiet(): Promise<void> | undefined {
    return this.#drain.close();
  }

  /** Takes no more tasks. */
  close(): Promise<void> | undefined {
    const closing = this.#drain.close();
    if (closing) return closing.then(() => this.close());
    this.#setBusy(false);
    this.#closed = true;
    this.#around?.disowns(this);
    return undefined;
  }

  cancelAll(reason: unknown): void {
    for (const task of this.#tasks) task.cancel(reason);
  }

  abandonAll(gracePeriod: number): void {
    this.#drain.giveUp(gracePeriod);
  }

  #abandon(gracePeriod: number): void {
    // First, since those that are given up make room.
    for (const task of this.#tasks) this.#refuse(task, closed(task.name));
    for (const task of this.#tasks) task.abandon(gracePeriod);
  }
}

/** Told here, so that an `add` that nobody awaits is no unhandled rejection. */
function told<T>(accepted: Promise<T>): Promise<T> {
  accepted.catch(tellRefused);
  return accepted;
}
