import { AsyncResource } from 'node:async_hooks';
import { onAbort } from '../../abort-listeners.js';
import { clock, type Timer } from '../../container/clock.js';
import type { Call } from '../../container/injection/call.js';
import type { BoundCall } from '../../container/resolution/call-plan.js';
import type { Resolver } from '../../container/resolution/resolver.js';
import { currentWork, type Work } from '../../container/scopes/work.js';
import type { Linked } from '../../linked-list.js';
import { otherPlatform } from '../../platform.js';
import type { FunctionPlace } from '../../threads/transfer/transfer.js';
import type { Waiting } from '../lanes/lane.js';
import type { TaskSettings } from '../options.js';
import { Attempt, type Attempted, type Outcome } from './attempt.js';
import { RequestContext } from './request-context.js';
import { abandoned, cancelled } from './task-errors.js';
import type { EndedStatus, TaskHandle, TaskInfo, TaskStatus } from './task-handle.js';
import type { Ahead, TaskHome } from './task-home.js';

let lastId = 0;
const none: readonly unknown[] = [];

/** One accepted function call, from its acceptance to its end. There may be a million of them that wait. */
export class Task<R = unknown> implements TaskHandle<R>, Attempted, Waiting, Linked {
  before: Linked | undefined;
  after: Linked | undefined;
  readonly id = ++lastId;
  /** What its parameters are resolved from. */
  readonly resolver: Resolver;
  readonly call: Call;
  readonly settings: TaskSettings;
  /** Where a thread finds its function; `undefined` on the event loop. */
  place: FunctionPlace | undefined;
  /** Whether it takes up room in the queue. */
  queued = false;
  status: TaskStatus = 'waiting';
  attempt = 0;
  /** The attempt that runs, maybe still when the task has ended. */
  running: Attempt<Task> | undefined;
  readonly addedAt = clock.now();
  readonly origin = currentWork()?.origin;
  ahead: Ahead | undefined;
  /** Where the program has added it, for what is never to be lost without a trace. */
  addedBy: Error | undefined;
  readonly #home: TaskHome<Task>;
  #args: readonly unknown[];
  #bound: BoundCall | undefined;
  /** The caller's asynchronous context, if it could not start in it at once. */
  #context: AsyncResource | undefined;
  /** Of the wait between two attempts. */
  #timer: Timer | undefined;
  #unfollow: (() => void) | undefined;
  #outcome: Outcome | undefined;
  #result: Promise<R> | undefined;
  #tell: ((outcome: Outcome) => void) | undefined;

  constructor(
    home: TaskHome<Task>,
    resolver: Resolver,
    call: Call,
    args: readonly unknown[],
    settings: TaskSettings,
  ) {
    this.#home = home;
    this.resolver = resolver;
    this.call = call;
    this.#args = args;
    this.settings = settings;
  }

  get name(): string {
    return this.settings.name ?? (this.call.fn.name || 'anonymous');
  }

  get priority(): number {
    return this.settings.priority;
  }

  get outer(): Work | undefined {
    return this.#home.outer;
  }

  get heldBy(): object | undefined {
    return this.running?.heldBy ?? this.#home.heldBy;
  }

  get isWaiting(): boolean {
    return this.status === 'waiting';
  }

  get hasEnded(): boolean {
    return this.status !== 'waiting' && this.status !== 'running';
  }

  /** Whether it has ended, and left a body behind that still runs. */
  get lingers(): boolean {
    return this.hasEnded && this.running !== undefined;
  }

  get result(): Promise<R> {
    this.#result ??= this.#resultOf();
    return this.#result;
  }

  #resultOf(): Promise<R> {
    let settle: (outcome: Outcome) => void = () => {};
    const result = new Promise<R>((resolve, reject) => {
      settle = (outcome) => {
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.value as R); // what the task's own function gave
      };
    });
    this.onOutcome((outcome) => {
      if ('error' in outcome) result.catch(() => {}); // it is logged. Most have no error, and need no promise more
      settle(outcome);
    });
    return result;
  }

  /** Tells how it ends, as soon as it has ended. */
  onOutcome(tell: (outcome: Outcome) => void): void {
    if (this.#outcome) tell(this.#outcome);
    else this.#tell = this.#tell ? inTurn(this.#tell, tell) : tell;
  }

  info(now: number): TaskInfo {
    const { id, name, status, attempt, running } = this;
    const { threadId, progress } = running ?? {};
    return {
      id,
      name,
      status,
      on: this.place ? 'thread' : 'loop',
      age: now - this.addedAt,
      attempt,
      ...(running && { running: now - running.startedAt }),
      ...(threadId !== undefined && { threadId }),
      ...(progress && { progress }),
    };
  }

  isAwaitedBy(closer: object): boolean {
    return this.resolver.descendsFrom(closer) || this.#home.isAwaitedBy(closer);
  }

  /** Begins to load what its types are imported from; `undefined` where nothing is to wait for. */
  load(): Promise<unknown> | undefined {
    return this.call.loadFor(this.resolver, this.#args.length);
  }

  /** @throws what tells that its parameters cannot be had, or that the arguments do not fit */
  bind(): void {
    this.#bound = this.call.bind(this.resolver, this.#args, true);
    if (this.settings.retry.attempts === 1) this.#args = none; // many may wait
  }

  /** Has it start, later, in the asynchronous context of this moment. */
  keepContext(): void {
    if (this.#context) return;
    this.#context =
      otherPlatform === 'workerd'
        ? new RequestContext('offstage.task', this)
        : new AsyncResource('offstage.task', { requireManualDestroy: true });
  }

  start(): void {
    const context = this.#context;
    this.#context = undefined;
    if (context instanceof RequestContext) context.runSoon(() => this.#begin(clock.now()));
    else if (context) context.runInAsyncScope(this.#begin, this, clock.now());
    // What has waited has a context. To ask the clock again would be a tenth of the cost of a task.
    else this.#begin(this.attempt === 0 ? this.addedAt : clock.now());
  }

  /**
   * Its arguments, if nothing else of it needs the main thread: no dependency, timeout, signal or trace. Then a thread
   * may begin it at any moment, and end it before anybody here looks.
   */
  get argumentsAhead(): readonly unknown[] | undefined {
    const { timeout = Number.POSITIVE_INFINITY, signal } = this.settings;
    if (this.#home.traced || signal || timeout !== Number.POSITIVE_INFINITY) return undefined;
    const { needs, values } = this.#bound as BoundCall; // it has not begun
    if (needs.scoped || needs.dependencies.some(({ plan }) => plan)) return undefined;
    this.keepContext();
    return values;
  }

  /** A thread has begun it. */
  beginAhead(threadId: number): void {
    this.inContext(() => this.#setRunning()).threadId = threadId;
  }

  /** It has ended on a thread that had begun it. */
  endAhead(outcome: Outcome): void {
    this.ahead = undefined;
    this.inContext(() => {
      if (!this.running) this.#setRunning(); // it was too fast to be seen
      this.#context = undefined;
      this.attemptEnded(outcome);
    });
  }

  /** Runs what belongs to it, but not to its body. */
  inContext<T>(body: () => T): T {
    return this.#context ? this.#context.runInAsyncScope(body) : body();
  }

  #setRunning(startedAt = clock.now()): Attempt<Task> {
    this.status = 'running';
    this.attempt++;
    const attempt = new Attempt<Task>(this, this.#home, startedAt);
    this.running = attempt;
    this.#home.started(this);
    return attempt;
  }

  #begin(startedAt: number): void {
    if (!this.isWaiting) {
      this.#home.placeFree(this); // it was cancelled on its way
      return;
    }
    const bound = this.#bound as BoundCall; // before each attempt
    this.#bound = undefined;
    this.#setRunning(startedAt).start(bound);
  }

  attemptEnded(outcome: Outcome): void {
    const attempt = this.running;
    this.running = undefined;
    if (this.hasEnded) this.#home.over(this);
    else if (this.isWaiting) {
      if (attempt?.overdue) this.#again(); // else it waits before it is tried again
    } else if ('error' in outcome) this.#fail(attempt, 'failed', outcome.error);
    else this.#end('succeeded', outcome, attempt);
  }

  attemptTimedOut(error: unknown): void {
    // Whoever was told by its signal may have ended it.
    if (!this.hasEnded) this.#fail(this.running, 'timed-out', error);
  }

  /** Its thread has ended, and something of it goes on here: that may take any time. */
  outlivesItsThread(): void {
    const { running } = this;
    if (!running) return;
    running.outlivesItsThread();
    if (running.overdue && this.isWaiting) this.#end('timed-out', running.overdue);
  }

  #fail(attempt: Attempt<Task> | undefined, status: 'failed' | 'timed-out', error: unknown): void {
    const delay = this.settings.retry.delayAfter(this.attempt);
    if (delay === undefined) {
      this.#end(status, { error }, attempt);
      return;
    }
    attempt?.settle(status, error);
    if (this.hasEnded) return; // by whoever is told of its span
    this.status = 'waiting';
    this.#timer = clock.after(delay, () => {
      // Two attempts of one task never run side by side.
      if (!this.running) this.#again();
      else if (this.running.isEnding) this.running.overdue = { error };
      else this.#end(status, { error });
    });
    this.#home.failed(this, error, delay); // last: whoever is told may cancel it
  }

  #again(): void {
    try {
      this.bind();
    } catch (error) {
      this.#end('failed', { error }); // a provider of what it needs has gone
      return;
    }
    this.#home.again(this);
  }

  /**
   * Has a signal cancel it.
   *
   * @throws TaskCancelledError if it is aborted already
   */
  follow(signal: AbortSignal | undefined): void {
    if (!signal) return;
    if (signal.aborted) throw cancelled(this.name, signal.reason);
    this.#unfollow = onAbort(signal, () => this.cancel(signal.reason));
  }

  /** It was never accepted: nothing more becomes of it, and nobody is told. */
  refuse(): void {
    this.#unfollow?.();
    this.status = 'cancelled';
  }

  cancel(reason?: unknown): void {
    this.ahead?.look();
    if (this.hasEnded) return;
    const error = cancelled(this.name, reason);
    this.running?.stop(error, true);
    this.ahead?.end(error);
    // A thread may have ended it at this very moment.
    if (!this.hasEnded) this.#end('cancelled', { error });
  }

  /** Gives up waiting for it. */
  abandon(gracePeriod: number): void {
    this.ahead?.look();
    const error = abandoned(this.name, gracePeriod);
    this.running?.abandon(gracePeriod, error);
    this.ahead?.end(error);
    if (!this.hasEnded) this.#end('abandoned', { error });
  }

  #end(status: EndedStatus, outcome: Outcome, attempt = this.running): void {
    const error = 'error' in outcome ? outcome.error : undefined;
    const before = this.isWaiting ? 'waiting' : 'running';
    this.status = status; // first: whoever is told of anything of it may cancel it
    this.#outcome = outcome;
    this.#timer?.cancel();
    this.#unfollow?.();
    attempt?.settle(status, error);
    this.#args = none;
    this.#bound = undefined;
    this.#context = undefined;
    this.#home.ended(this, error, before);
    if (!this.running) this.#home.over(this);
    this.#tell?.(outcome); // last: it may begin what comes next
  }
}

function inTurn<T>(first: (told: T) => void, second: (told: T) => void): (told: T) => void {
  return (told) => {
    first(told);
    second(told);
  };
}
