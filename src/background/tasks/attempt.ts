import { AsyncResource } from 'node:async_hooks';
import { clock, type Timer } from '../../container/clock.js';
import type { Call } from '../../container/injection/call.js';
import { type Body, run } from '../../container/injection/run.js';
import type { BoundCall } from '../../container/resolution/call-plan.js';
import type { Resolver } from '../../container/resolution/resolver.js';
import type { InjectionScope } from '../../container/scopes/injection-scope.js';
import { inWork, type Work } from '../../container/scopes/work.js';
import type { FunctionPlace } from '../../threads/transfer/transfer.js';
import { setImmediate } from '../../timers.js';
import { forThread } from '../executors/on-a-thread.js';
import type { TaskSettings } from '../options.js';
import { type AttemptSpan, startSpan } from '../telemetry.js';
import { timedOut } from './task-errors.js';
import type { EndedStatus, TaskInfo } from './task-handle.js';
import type { TaskHome } from './task-home.js';

/** What a thread has to load what a task needs, in milliseconds: only what waits for ever takes longer. */
const loadMilliseconds = 30_000;

/** How a body, or a task, has ended. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** What an attempt tells, and asks of, its task. */
export interface Attempted extends Work {
  readonly id: number;
  readonly attempt: number;
  readonly resolver: Resolver;
  readonly call: Call;
  readonly settings: TaskSettings;
  readonly place: FunctionPlace | undefined;
  attemptTimedOut(error: unknown): void;
  attemptEnded(outcome: Outcome): void;
}

/** What a task has opened that ends with it. */
export interface Nested {
  cancelAll(reason: unknown): void;
  abandonAll(gracePeriod: number): void;
}

/** One run of a task's function, from its start until the last of it has ended. */
export class Attempt<T extends Attempted> implements Body {
  /** As the clock tells it, in milliseconds. */
  readonly startedAt: number;
  threadId: number | undefined;
  progress: TaskInfo['progress'];
  /** Whether its thread is being ended, so that it soon has ended. */
  isEnding = false;
  /** How its task ends if that is not so: its next attempt is due. */
  overdue: { readonly error: unknown } | undefined;
  readonly #task: T;
  readonly #home: TaskHome<T>;
  #hasPlace = true;
  #called = false;
  #stopped: { readonly reason: unknown } | undefined;
  #scope: InjectionScope | undefined;
  #nested: Set<Nested> | undefined;
  #span: AttemptSpan | undefined;
  #timer: Timer | undefined;
  /** Of its start, for what a thread tells of one whose time counts: the next attempt follows in it. */
  #context: AsyncResource | undefined;
  #signal: AbortController | undefined;
  #terminate: AbortController | undefined;

  constructor(task: T, home: TaskHome<T>, startedAt: number) {
    this.#task = task;
    this.#home = home;
    this.startedAt = startedAt;
  }

  /** The container in which it has a scope. */
  get heldBy(): object | undefined {
    return this.#scope?.resolver;
  }

  /** Why it was to end, if it was: then nothing more begins in its call. */
  get stopped(): { readonly reason: unknown } | undefined {
    return this.#stopped;
  }

  /** Its own signal: made when somebody asks. */
  get signal(): AbortSignal {
    if (!this.#signal) {
      this.#signal = new AbortController();
      if (this.#stopped) this.#signal.abort(this.#stopped.reason);
    }
    return this.#signal.signal;
  }

  start(bound: BoundCall): void {
    if (this.#task.place && this.isTimed) {
      this.#context = new AsyncResource('offstage.limit', { requireManualDestroy: true });
    }
    this.#limit();
    if (this.#home.traced && !this.#stopped) this.#startSpan();
    let ended: unknown;
    try {
      ended = this.#span ? this.#workIn(this.#span, bound) : this.#work(bound);
    } catch (error) {
      ended = Promise.reject(error);
    }
    Promise.resolve(ended).then(
      (value) => this.#end({ value }),
      (error: unknown) => this.#end({ error }),
    );
  }

  #startSpan(): void {
    this.#span = startSpan(this.#task);
    // Whoever was told of its span may have ended it, too.
    if (this.#stopped) this.settle('cancelled', this.#stopped.reason);
  }

  #workIn(span: AttemptSpan, bound: BoundCall): unknown {
    return span.run(() => this.#work(bound));
  }

  #work(bound: BoundCall): unknown {
    return inWork(this.#task, () => this.#call(bound));
  }

  #call(bound: BoundCall): unknown {
    const { call, place, resolver } = this.#task;
    return run(call, place ? forThread(bound) : bound, resolver, this, true, true);
  }

  opened(scope: InjectionScope): void {
    this.#scope = scope;
  }

  run(values: readonly unknown[]): unknown {
    if (this.#stopped) throw this.#stopped.reason; // while its parameters were made
    const result = this.#execute(values);
    // Without a scope, nothing follows the body.
    return this.#scope && result instanceof Promise ? this.#beforeClosing(result) : result;
  }

  /** Always gives a promise. */
  #execute(values: readonly unknown[]): unknown {
    const { call, place } = this.#task;
    if (place) {
      this.#timer?.cancel(); // until a thread has it: the thread may be that of another Background
      this.#terminate = new AbortController();
      return this.#home.onThread(this.#task, values, this.#terminate.signal, this.#signal?.signal);
    }
    return call.async ? Reflect.apply(call.fn, undefined, values) : this.#executeSoon(values);
  }

  /** A sync function that stays on the event loop must not run before add() has returned. */
  async #executeSoon(values: readonly unknown[]): Promise<unknown> {
    await new Promise(setImmediate);
    if (this.#stopped) throw this.#stopped.reason; // meanwhile
    return Reflect.apply(this.#task.call.fn, undefined, values);
  }

  /** What the body gives, as its resources see it: one that was stopped has failed, and they roll back. */
  #beforeClosing(result: Promise<unknown>): Promise<unknown> {
    return result.then(
      (value) => {
        this.#bodyEnded();
        if (this.#stopped) throw this.#stopped.reason;
        return value;
      },
      (error: unknown) => {
        this.#bodyEnded();
        throw error;
      },
    );
  }

  /** Another task may run while what it has opened closes, if there is something. */
  #bodyEnded(): void {
    const waiting = this.#limitUntilQuiet();
    if (!this.#scope?.empty || waiting) this.#leavePlace();
  }

  /** The tasks that it has added are limited, too, but not what closes: to try a commit again would do it twice. */
  #limitUntilQuiet(): Promise<unknown> | undefined {
    const waiting = this.#scope?.quiet();
    if (waiting) void waiting.then(() => this.#limitUntilQuiet());
    else this.#timer?.cancel();
    return waiting;
  }

  #leavePlace(): void {
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    this.#home.placeFree(this.#task);
  }

  #end(outcome: Outcome): void {
    this.#timer?.cancel();
    this.#task.attemptEnded(outcome);
    this.#leavePlace(); // last, since the next one may start inside it
  }

  /** Whether it ends after a while, whatever it does. */
  get isTimed(): boolean {
    const { timeout } = this.#task.settings;
    return timeout !== undefined && timeout !== Number.POSITIVE_INFINITY;
  }

  /** A thread has begun it, and first loads what it needs. */
  begunOn(threadId: number): void {
    this.threadId = threadId;
    this.#limitInContext(loadMilliseconds);
  }

  /** All is loaded: only now its function is at work. */
  called(): void {
    if (!this.#called) this.#limitInContext(0); // it may be told more than once
    this.#called = true;
  }

  #limitInContext(atLeast: number): void {
    this.#context?.runInAsyncScope(this.#limit, this, atLeast);
  }

  /** @param atLeast milliseconds that it has in any case */
  #limit(atLeast = 0): void {
    this.#timer?.cancel();
    const { timeout } = this.#task.settings;
    // Whoever was told of its start may have ended it.
    if (timeout === undefined || !this.isTimed || (this.#stopped && !this.#mayRunOn)) return;
    this.#timer = clock.after(Math.max(timeout, atLeast), () => {
      const error = timedOut(this.#task.name, timeout);
      this.stop(error);
      this.#task.attemptTimedOut(error);
    });
  }

  /** What is opened in its call ends with it: when it is cancelled or given up, too. */
  owns(nested: Nested): void {
    this.#nested ??= new Set();
    this.#nested.add(nested);
  }

  /** It has closed: a task may open any number, one after the other. */
  disowns(nested: Nested): void {
    this.#nested?.delete(nested);
  }

  /** Asks the body to end, and makes a thread; gently, if the body can know of it. */
  stop(reason: unknown, gently = false): void {
    this.#stopped ??= { reason };
    this.#signal?.abort(reason);
    if (this.#terminate && (!gently || !this.#signal)) {
      this.isEnding = true;
      this.#terminate.abort(reason);
    }
    this.#scope?.fail({ error: reason });
    for (const nested of this.#nested ?? []) nested.cancelAll(reason);
  }

  /** Whether it was asked to end, and its thread keeps running if it does not. */
  get #mayRunOn(): boolean {
    return this.#stopped !== undefined && this.#terminate !== undefined && !this.isEnding;
  }

  /** No thread is left to end, and what goes on here may take any time. */
  outlivesItsThread(): void {
    this.#terminate = undefined;
    this.isEnding = false;
  }

  /** Gives up waiting for it. */
  abandon(gracePeriod: number, error: unknown): void {
    for (const nested of this.#nested ?? []) nested.abandonAll(gracePeriod);
    this.stop(error);
    // What closes the container must not wait for it either.
    this.#scope?.disown();
  }

  /** Its task knows how it ends, maybe before its body has. */
  settle(status: EndedStatus, error: unknown): void {
    if (!this.#mayRunOn) this.#timer?.cancel();
    const span = this.#span;
    this.#span = undefined; // first, since whoever is told of its end may end the task
    span?.end(status, error);
  }
}
