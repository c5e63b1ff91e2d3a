import { AsyncResource } from 'node:async_hooks';
import type { Resolver } from '../container/resolution/resolver.js';
import { type BackgroundTask, BackgroundTasks, runTask } from './background-tasks.js';

interface Entry {
  readonly tasks: BackgroundTask | BackgroundTasks;
  /** It runs also if the handler throws. */
  readonly always: boolean;
  /** The asynchronous context of who has added them. */
  readonly context: AsyncResource;
}

// What `AsyncLocalStorage.snapshot()` makes costs ten times as much.
const unowned = { requireManualDestroy: true };

/** The tasks of one request, in their order: they wait for the response, and then run one after the other. */
export class TaskLine {
  readonly #resolver: Resolver;
  readonly #failed: () => boolean;
  readonly #waiting: Entry[] = [];
  #released = false;
  #running: Promise<void> | undefined;

  /** @param failed whether the handler has thrown: then only those run that always do */
  constructor(resolver: Resolver, failed: () => boolean) {
    this.#resolver = resolver;
    this.#failed = failed;
  }

  /** @returns when all have run, for one that comes behind the response */
  add(tasks: BackgroundTask | BackgroundTasks, always: boolean): Promise<void> | undefined {
    this.#waiting.push({ tasks, always, context: new AsyncResource('offstage.task', unowned) });
    return this.#released ? this.#run() : undefined;
  }

  /** The response has been sent. */
  release(): Promise<void> | undefined {
    this.#released = true;
    return this.#waiting.length > 0 ? this.#run() : undefined;
  }

  #run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    await null; // until `#running` is set
    for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) {
      if (this.#failed() && !entry.always) continue;
      const tasks = entry.tasks instanceof BackgroundTasks ? entry.tasks : [entry.tasks];
      for (const task of tasks)
        await runTask(task, this.#resolver, (add) => entry.context.runInAsyncScope(add));
    }
    this.#running = undefined;
  }
}
