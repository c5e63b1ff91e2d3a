import { AsyncResource } from 'node:async_hooks';
import { type BackgroundTask, BackgroundTasks, runTask } from './background-tasks.js';

interface Entry {
  readonly tasks: BackgroundTask | BackgroundTasks;
  /** It runs also if the handler throws. */
  readonly always: boolean;
  /** The asynchronous context of who has added them. */
  readonly context: AsyncResource;
}

/** Whose tasks a line runs. */
export interface LineOwner {
  /** Whether the handler has thrown: then only those run that always do. */
  readonly hasFailed: boolean;
}

// What `AsyncLocalStorage.snapshot()` makes costs ten times as much.
const unowned = { requireManualDestroy: true };

/** The tasks of one request, in their order: they wait for the response, and then run one after the other. */
export class TaskLine {
  readonly #owner: LineOwner;
  /** Made with the first: a list that grows from none takes room for 17. */
  #waiting: Entry[] | undefined;
  /** Those of the entry that runs. */
  #present: Iterator<BackgroundTask> | undefined;
  #context: AsyncResource | undefined;
  /** Called when all have run. Its steps are calls, not promises: each request has a line. */
  #ended: (() => void) | undefined;
  readonly #next = () => this.#advance();

  constructor(owner: LineOwner) {
    this.#owner = owner;
  }

  get isRunning(): boolean {
    return this.#ended !== undefined;
  }

  /** Called in the flow of the request, where they run. */
  add(tasks: BackgroundTask | BackgroundTasks, always: boolean): void {
    const entry: Entry = { tasks, always, context: new AsyncResource('offstage.task', unowned) };
    if (this.#waiting) this.#waiting.push(entry);
    else this.#waiting = [entry];
  }

  /** Runs what waits, and what comes meanwhile. */
  run(ended: () => void): void {
    this.#ended = ended;
    this.#advance();
  }

  #advance(): void {
    const task = this.#shift();
    if (task) {
      this.#context?.runInAsyncScope(runTask, undefined, task, this.#next);
      return;
    }
    const ended = this.#ended;
    this.#context = undefined;
    this.#ended = undefined;
    ended?.();
  }

  #shift(): BackgroundTask | undefined {
    for (;;) {
      const next = this.#present?.next();
      if (next?.done === false) return next.value;
      const entry = this.#waiting?.shift();
      if (!entry) return undefined;
      if (this.#owner.hasFailed && !entry.always) continue;
      const { tasks, context } = entry;
      this.#context = context;
      if (!(tasks instanceof BackgroundTasks)) return tasks;
      this.#present = tasks[Symbol.iterator]();
    }
  }
}
