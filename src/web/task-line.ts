import { AsyncResource } from 'node:async_hooks';
import { presentResolver } from '../container/default-container.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { CallInFlight } from '../container/scopes/calls-in-flight.js';
import type { InFlight } from '../container/scopes/in-flight.js';
import { Fifo } from '../fifo.js';
import type { Linked } from '../linked-list.js';
import { type BackgroundTask, BackgroundTasks, runTask } from './background-tasks.js';

/** Tasks that wait, with the asynchronous context of who has added them. */
class Entry extends AsyncResource implements CallInFlight {
  before: Linked | undefined;
  after: Linked | undefined;
  readonly tasks: BackgroundTask | BackgroundTasks;
  /** They run also if the handler throws. */
  readonly always: boolean;
  #holds: { readonly resolver: Resolver; readonly count: InFlight } | undefined;

  constructor(tasks: BackgroundTask | BackgroundTasks, always: boolean) {
    super('offstage.task', unowned);
    this.tasks = tasks;
    this.always = always;
  }

  get callName(): string {
    const { tasks } = this;
    return tasks instanceof BackgroundTasks ? [...tasks].map(({ name }) => name).join(', ') : tasks.name;
  }

  /** Has a container wait for it before it closes: that of a tenant, which knows nothing of the request. */
  hold(resolver: Resolver): void {
    this.#holds = { resolver, count: resolver.calls.enter(this) };
  }

  /** Its tasks have ended, or never run. */
  over(): Resolver | undefined {
    this.#holds?.resolver.calls.leave(this, this.#holds.count);
    return this.#holds?.resolver;
  }
}

/** Whose tasks a line runs. */
export interface LineOwner {
  /** What waits for the owner by itself. */
  readonly resolver: Resolver;
  /** Whether the handler has thrown: then only those run that always do. */
  readonly hasFailed: boolean;
}

/** What goes on when a line has run. Its steps are calls, not promises: each request has one. */
interface Step {
  proceed(): void;
}

// What `AsyncLocalStorage.snapshot()` makes costs ten times as much.
const unowned = { requireManualDestroy: true };

/** The tasks of one request, in their order: they wait for the response, and then run one after the other. */
export class TaskLine {
  readonly #owner: LineOwner;
  readonly #waiting = new Fifo<Entry>();
  /** Those of the entry that runs. */
  #present: Iterator<BackgroundTask> | undefined;
  #entry: Entry | undefined;
  /** How many entries hold other containers than that of the owner. */
  #held: Map<object, number> | undefined;
  #after: Step | undefined;
  readonly #next = () => this.#advance();

  constructor(owner: LineOwner) {
    this.#owner = owner;
  }

  get isRunning(): boolean {
    return this.#after !== undefined;
  }

  /** Called in the flow of the request, where they run. */
  add(tasks: BackgroundTask | BackgroundTasks, always: boolean): void {
    // What a task adds that always runs belongs to it.
    const entry = new Entry(tasks, always || this.#entry?.always === true);
    const resolver = presentResolver();
    if (resolver !== this.#owner.resolver) {
      entry.hold(resolver);
      this.#held ??= new Map();
      this.#held.set(resolver, (this.#held.get(resolver) ?? 0) + 1);
    }
    this.#waiting.push(entry);
  }

  /** Whether a container waits for one of its tasks. */
  holds(container: object): boolean {
    return (this.#held?.get(container) ?? 0) > 0;
  }

  /** Runs what waits, and what comes meanwhile. */
  run(after: Step): void {
    this.#after = after;
    this.#advance();
  }

  #advance(): void {
    const task = this.#shift();
    if (task) {
      this.#entry?.runInAsyncScope(runTask, undefined, task, this.#next);
      return;
    }
    const after = this.#after;
    this.#after = undefined;
    after?.proceed();
  }

  #shift(): BackgroundTask | undefined {
    for (;;) {
      const next = this.#present?.next();
      if (next?.done === false) return next.value;
      const released = this.#entry?.over();
      if (released) this.#held?.set(released, (this.#held.get(released) ?? 0) - 1);
      const entry = this.#waiting.shift();
      this.#entry = entry;
      if (!entry) return undefined;
      if (this.#owner.hasFailed && !entry.always) continue;
      const { tasks } = entry;
      if (!(tasks instanceof BackgroundTasks)) return tasks;
      this.#present = tasks[Symbol.iterator]();
    }
  }
}
