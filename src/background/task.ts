import { AsyncResource } from 'node:async_hooks';
import type { Call } from '../container/injection/call.js';
import { run } from '../container/injection/run.js';
import type { BoundCall } from '../container/resolution/call-plan.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { currentWork, inWork, type Work } from '../container/scopes/work.js';
import type { FunctionPlace } from '../threads/transfer.js';
import { onAbort } from './abort-listeners.js';
import { clock, type Timer } from './clock.js';
import type { Waiting } from './lane.js';
import { forThread } from './on-a-thread.js';
import type { TaskSettings } from './options.js';
import { abandoned, cancelled, timedOut } from './task-errors.js';
import type { EndedStatus, TaskHandle, TaskInfo, TaskStatus } from './task-handle.js';
import { type AttemptSpan, startSpan } from './telemetry.js';

/** Where tasks live: what a {@link Task} tells, and asks of, the `Background` that has accepted it. */
export interface TaskHome {
  readonly resolver: Resolver;
  /** Around it: the task in whose call it was opened. */
  readonly outer: Work | undefined;
  /** Whether attempts are spans of OpenTelemetry. */
  readonly traced: boolean;
  /** Whether `closer` closes only when the tasks have ended. */
  isAwaitedBy(closer: object): boolean;
  onThread(task: Task, args: readonly unknown[], terminate: AbortSignal): Promise<unknown>;
  started(task: Task): void;
  /** The body of an attempt has ended: another task may run. */
  placeFree(task: Task): void;
  /** An attempt has failed, and another one follows. */
  failed(task: Task, error: unknown, delay: number): void;
  /** The wait before another attempt is over. */
  again(task: Task): void;
  /**
   * It has its last status.
   *
   * @param between whether that was between two attempts, so that the error of the last one is known
   */
  ended(task: Task, error: unknown, between: boolean): void;
  /** Nothing of it runs any more. */
  over(task: Task): void;
}

/** Where a thread has a task that it may begin at any moment. */
export interface Ahead {
  /** Has the task told of what the thread has done by now. */
  look(): void;
  /** Has the thread leave it; one that runs ends with its thread. */
  end(reason: unknown): void;
}

/** What a task has opened that ends with it. */
export interface Nested {
  cancelAll(reason: unknown): void;
  abandonAll(gracePeriod: number): void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

let lastId = 0;

/** One accepted function call, from its acceptance to its end. */
export class Task<R = unknown> implements TaskHandle<R>, Work, Waiting {
  readonly id = ++lastId;
  readonly name: string;
  readonly call: Call;
  readonly settings: TaskSettings;
  /** Where a thread finds its function; `undefined` on the event loop. */
  place: FunctionPlace | undefined;
  /** Whether it takes up room in the queue. */
  queued = false;
  status: TaskStatus = 'waiting';
  attempt = 0;
  threadId: number | undefined;
  progress: TaskInfo['progress'];
  readonly addedAt = clock.now();
  readonly origin = currentWork()?.origin;
  ahead: Ahead | undefined;
  /** Where it was added, for what is never to be lost without a trace. */
  addedBy: Error | undefined;
  readonly #home: TaskHome;
  #args: readonly unknown[];
  #bound: BoundCall | undefined;
  /** The caller's asynchronous context, if it could not start in it at once. */
  #context: AsyncResource | undefined;
  #scope: InjectionScope | undefined;
  #nested: Nested[] | undefined;
  #span: AttemptSpan | undefined;
  #startedAt = 0;
  #bodyRuns = false;
  #hasPlace = false;
  #timer: Timer | undefined;
  #unfollow: (() => void) | undefined;
  #signal: AbortController | undefined;
  #terminate: AbortController | undefined;
  #outcome: Outcome | undefined;
  #result: Promise<R> | undefined;
  #settle: (() => void) | undefined;

  constructor(home: TaskHome, call: Call, args: readonly unknown[], settings: TaskSettings) {
    this.name = settings.name ?? (call.fn.name || 'anonymous');
    this.#home = home;
    this.call = call;
    this.#args = args;
    this.settings = settings;
  }

  get priority(): number {
    return this.settings.priority;
  }

  get outer(): Work | undefined {
    return this.#home.outer;
  }

  get isWaiting(): boolean {
    return this.status === 'waiting';
  }

  get hasEnded(): boolean {
    return this.status !== 'waiting' && this.status !== 'running';
  }

  /** Whether it has ended, and left a body behind that still runs. */
  get lingers(): boolean {
    return this.hasEnded && this.#bodyRuns;
  }

  get result(): Promise<R> {
    this.#result ??= new Promise<R>((resolve, reject) => {
      this.#settle = () => {
        const outcome = this.#outcome as Outcome; // called when it is there
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.value as R); // what the task's own function gave
      };
      if (this.#outcome) this.#settle();
    });
    this.#result.catch(() => {}); // it is logged
    return this.#result;
  }

  /** Its own signal: made when somebody asks. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController();
    return this.#signal.signal;
  }

  info(now: number): TaskInfo {
    const { id, name, status, attempt, threadId, progress } = this;
    return {
      id,
      name,
      status,
      on: this.place ? 'thread' : 'loop',
      age: now - this.addedAt,
      attempt,
      ...(this.#bodyRuns && { running: now - this.#startedAt }),
      ...(threadId !== undefined && { threadId }),
      ...(progress && { progress }),
    };
  }

  isAwaitedBy(closer: object): boolean {
    return this.#home.isAwaitedBy(closer);
  }

  /** @throws ArgumentError if the arguments do not fit */
  bind(): void {
    this.#bound = this.call.bind(this.#home.resolver, this.#args, true);
  }

  /** Has it start, later, in the asynchronous context of this moment. */
  keepContext(): void {
    this.#context ??= new AsyncResource('offstage.task', { requireManualDestroy: true });
  }

  /** What was opened in its call ends when it is cancelled or given up. */
  owns(nested: Nested): void {
    this.#nested ??= [];
    this.#nested.push(nested);
  }

  start(): void {
    const context = this.#context;
    this.#context = undefined;
    if (context) context.runInAsyncScope(() => this.#begin());
    else this.#begin();
  }

  /**
   * Its arguments, if nothing else of it needs the main thread: no dependency, timeout, signal or trace. Then a thread
   * may begin it at any moment, and end it before anybody here looks.
   */
  get argumentsAhead(): readonly unknown[] | undefined {
    const { timeout = Number.POSITIVE_INFINITY, signal } = this.settings;
    if (this.#home.traced || signal || timeout !== Number.POSITIVE_INFINITY) return undefined;
    this.#bound ??= this.call.bind(this.#home.resolver, this.#args, true);
    const { needs, values } = this.#bound;
    if (needs.scoped || needs.dependencies.some(({ plan }) => plan)) return undefined;
    this.keepContext();
    return values;
  }

  /** A thread has begun it. */
  beginAhead(threadId: number): void {
    this.inContext(() => this.#setRunning());
    this.threadId = threadId;
  }

  /** It has ended on a thread that had begun it. */
  endAhead(outcome: Outcome): void {
    this.ahead = undefined;
    this.inContext(() => {
      if (!this.#bodyRuns) this.#setRunning(); // it was too fast to be seen
      this.#context = undefined;
      this.#attemptEnded(outcome);
    });
  }

  /** Runs what belongs to it, but not to its body. */
  inContext<T>(body: () => T): T {
    return this.#context ? this.#context.runInAsyncScope(body) : body();
  }

  #setRunning(): void {
    this.status = 'running';
    this.attempt++;
    this.#startedAt = clock.now();
    this.#bodyRuns = true;
    this.#home.started(this);
  }

  #begin(): void {
    this.#hasPlace = true;
    this.#setRunning();
    const { timeout } = this.settings;
    if (timeout !== undefined && timeout !== Number.POSITIVE_INFINITY) {
      this.#timer = clock.after(timeout, () => this.#timeOut(timeout));
    }
    const span = this.#home.traced ? startSpan(this) : undefined;
    if (span) this.#span = span;
    let ended: unknown;
    try {
      ended = span ? span.run(() => this.#work()) : this.#work();
    } catch (error) {
      ended = Promise.reject(error);
    }
    Promise.resolve(ended).then(
      (value) => this.#attemptEnded({ value }),
      (error: unknown) => this.#attemptEnded({ error }),
    );
  }

  #work(): unknown {
    return inWork(this, () => this.#run());
  }

  #run(): unknown {
    const { resolver } = this.#home;
    const bound = this.#bound ?? this.call.bind(resolver, this.#args, true);
    this.#bound = undefined;
    const opened = (scope: InjectionScope) => {
      this.#scope = scope;
    };
    const there = this.place ? forThread(bound, resolver) : bound;
    return run(this.call, there, resolver, (values) => this.#body(values), true, true, opened);
  }

  #body(values: readonly unknown[]): unknown {
    const result = this.#execute(values);
    // Without a scope, nothing follows the body.
    if (this.#scope && result instanceof Promise) {
      const leavePlace = () => this.#leavePlace();
      result.then(leavePlace, leavePlace);
    }
    return result;
  }

  /** Always gives a promise. */
  #execute(values: readonly unknown[]): unknown {
    if (this.place) {
      this.#terminate = new AbortController();
      return this.#home.onThread(this, values, this.#terminate.signal);
    }
    if (this.call.async) return Reflect.apply(this.call.fn, undefined, values);
    // A sync function that stays on the event loop must not run before add() has returned.
    return new Promise(setImmediate).then(() => Reflect.apply(this.call.fn, undefined, values));
  }

  #leavePlace(): void {
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    this.#home.placeFree(this);
  }

  #attemptEnded(outcome: Outcome): void {
    this.#bodyRuns = false;
    this.#scope = undefined;
    this.threadId = undefined;
    this.#nested = undefined;
    this.#leavePlace();
    if (this.hasEnded) this.#home.over(this);
    else if (this.status === 'waiting')
      return; // it has timed out before, and is going to be tried again
    else if ('error' in outcome) this.#fail('failed', outcome.error);
    else this.#end('succeeded', outcome);
  }

  #timeOut(timeout: number): void {
    const error = timedOut(this.name, timeout);
    this.#stop(error);
    this.#fail('timed-out', error);
  }

  /** Asks the body to end, and makes a thread. */
  #stop(reason: unknown, gently = false): void {
    this.#signal?.abort(reason);
    if (!gently || !this.#signal) this.#terminate?.abort(reason);
    this.ahead?.end(reason);
    for (const nested of this.#nested ?? []) nested.cancelAll(reason);
  }

  #fail(status: 'failed' | 'timed-out', error: unknown): void {
    const delay = this.settings.retry.delayAfter(this.attempt);
    if (delay === undefined) {
      this.#end(status, { error });
      return;
    }
    this.#timer?.cancel();
    if (this.#span) this.#endSpan(status, error);
    this.status = 'waiting';
    this.#signal = undefined;
    this.#home.failed(this, error, delay);
    this.#timer = clock.after(delay, () => {
      // Two attempts of one task never run side by side.
      if (this.#bodyRuns) this.#end(status, { error });
      else this.#home.again(this);
    });
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
    this.#stop(error, true);
    // A thread may have ended it at this very moment.
    if (!this.hasEnded) this.#end('cancelled', { error });
  }

  /** Gives up waiting for it. */
  abandon(gracePeriod: number): void {
    this.ahead?.look();
    const error = abandoned(this.name, gracePeriod);
    for (const nested of this.#nested ?? []) nested.abandonAll(gracePeriod);
    this.#stop(error);
    if (!this.hasEnded) this.#end('abandoned', { error });
    // What closes the container must not wait for it either.
    this.#scope?.disown();
  }

  #endSpan(status: EndedStatus, error: unknown): void {
    this.#span?.end(status, error);
    this.#span = undefined;
  }

  #end(status: EndedStatus, outcome: Outcome): void {
    const error = 'error' in outcome ? outcome.error : undefined;
    this.#timer?.cancel();
    if (this.#span) this.#endSpan(status, error);
    this.#unfollow?.();
    const between = this.isWaiting && this.attempt > 0;
    this.status = status;
    this.#outcome = outcome;
    this.#args = [];
    this.#bound = undefined;
    this.#context = undefined;
    this.#settle?.();
    this.#home.ended(this, error, between);
    if (!this.#bodyRuns) this.#home.over(this);
  }
}
