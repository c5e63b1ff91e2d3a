import { AsyncResource } from 'node:async_hooks';
import { Fifo } from '../background/lanes/fifo.js';
import { type BackgroundTask, BackgroundTasks, runTask } from './background-tasks.js';

/** Tasks that wait, with the asynchronous context of who has added them. */
class Entry extends AsyncResource {
  readonly tasks: BackgroundTask | BackgroundTasks;
  /** They run also if the handler throws. */
  readonly always: boolean;

  constructor(tasks: BackgroundTask | BackgroundTasks, always: boolean) {
    super('offstage.task', unowned);
    this.tasks = tasks;
    this.always = always;
  }
}

/** Whose tasks a line runs. */
export interface LineOwner {
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
    this.#waiting.push(new Entry(tasks, always || this.#entry?.always === true));
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
    this.#entry = undefined;
    this.#after = undefined;
    after?.proceed();
  }

  #shift(): BackgroundTask | undefined {
    for (;;) {
      const next = this.#present?.next();
      if (next?.done === false) return next.value;
      const entry = this.#waiting.shift();
      if (!entry) return undefined;
      if (this.#owner.hasFailed && !entry.always) continue;
      const { tasks } = entry;
      this.#entry = entry;
      if (!(tasks instanceof BackgroundTasks)) return tasks;
      this.#present = tasks[Symbol.iterator]();
    }
  }
}
