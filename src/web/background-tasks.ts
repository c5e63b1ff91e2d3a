import { AppBackground, type TaskTaker } from '../background/background.js';
import type { TaskHandle } from '../background/task-handle.js';
import type { CallArguments } from '../container/arguments.js';
import type { Resolver } from '../container/resolution/resolver.js';
import { bringerOf } from '../container/scopes/brought.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { owned, Resource } from '../container/scopes/resource.js';
import { RegistrationError, RequestError } from '../errors.js';

/**
 * A function and its arguments, for later: a task that runs once a response has been sent. Parameters whose types have
 * providers are injected when it runs; sync functions run on worker threads, as in a `Background`.
 *
 * @example
 * ```ts
 * import { BackgroundTask, BackgroundTasks } from 'offstage';
 *
 * async function logRequest(path: string) { console.log(`request to ${path}`); }
 *
 * const task = new BackgroundTask(logRequest, '/users');
 * const tasks = new BackgroundTasks([task, new BackgroundTask(logRequest, '/orders')]);
 * console.log(tasks.size); // 2
 * ```
 */
export class BackgroundTask<P extends unknown[] = unknown[]> {
  /** The function's own, for messages. */
  readonly name: string;
  readonly #task: () => unknown;
  readonly #args: readonly unknown[];

  /**
   * @param task the function
   * @param args the arguments for the parameters that are not injected, in their order
   * @throws RegistrationError if it is no function
   * @throws RequestError if an argument is an object of the request, which is gone when the task runs
   */
  constructor(task: (...args: P) => unknown, ...args: CallArguments<P>) {
    if (typeof task !== 'function') {
      throw new RegistrationError(
        `new BackgroundTask() was given ${task === null ? 'null' : typeof task}`,
        'Pass a function, and behind it its arguments: new BackgroundTask(send, to), not send(to).',
      );
    }
    this.name = task.name || 'anonymous';
    this.#task = task as () => unknown; // the arguments are checked by what it is added to
    this.#args = args;
    refuseRequestObjects(this.name, args);
  }

  /** @internal */
  addTo(background: TaskTaker): Promise<TaskHandle> {
    return background.add(this.#task, ...(this.#args as []));
  }
}

function refuseRequestObjects(name: string, args: readonly unknown[]): void {
  const index = args.findIndex((argument) => bringerOf(argument));
  if (index < 0) return;
  throw new RequestError(
    `the task ${name} was given an object of the request, as argument ${index + 1}: when the task runs, the request is gone`,
    'Extract what the task needs first, and pass that: its URL, a header, the id of the user.',
  );
}

/** Takes the tasks of a `BackgroundTasks` as they are added. */
export type Delivery = (task: BackgroundTask) => void;

/**
 * Tasks that run one after the other, in the order of their adding, once the response has been sent. One that fails is
 * logged, and the next still runs. As a parameter of a handler it is that of the request; in a function that is called
 * outside any request, its tasks run when the call has ended.
 *
 * @example
 * ```ts
 * import { BackgroundTasks, inject } from 'offstage';
 *
 * async function sendEmail(to: string, subject: string) { console.log(`to ${to}: ${subject}`); }
 *
 * const signUp = inject(async (tasks: BackgroundTasks, email: string) => {
 *   tasks.addTask(sendEmail, email, 'Welcome!');
 *   console.log('accepted');
 * });
 * await signUp('ada@example.com'); // accepted, to ada@example.com: Welcome!
 * ```
 */
export class BackgroundTasks implements Iterable<BackgroundTask> {
  readonly #tasks: BackgroundTask[];
  readonly #deliver: Delivery | undefined;
  #resolver: Resolver | undefined;

  /** @param tasks those that it begins with */
  constructor(tasks?: Iterable<BackgroundTask>);
  /** @internal @param deliver takes the tasks instead */
  constructor(tasks: Iterable<BackgroundTask>, deliver: Delivery);
  constructor(tasks: Iterable<BackgroundTask> = [], deliver?: Delivery) {
    this.#tasks = [...tasks];
    this.#deliver = deliver;
  }

  /**
   * Adds a task behind the others.
   *
   * @param task the function; parameters whose types have providers are injected
   * @param args the arguments for the other parameters, in their order
   * @throws RegistrationError if it is no function
   * @throws RequestError if an argument is an object of the request, which is gone when the task runs
   */
  addTask<P extends unknown[]>(task: (...args: P) => unknown, ...args: CallArguments<P>): void {
    this.add(new BackgroundTask(task, ...args));
  }

  /** Adds what was made before. */
  add(task: BackgroundTask): void {
    this.#tasks.push(task);
    this.#deliver?.(task);
  }

  /** How many have been added. */
  get size(): number {
    return this.#tasks.length;
  }

  /** The tasks, in their order; also those that are added meanwhile. */
  [Symbol.iterator](): Iterator<BackgroundTask> {
    return this.#tasks.values();
  }

  /** @internal Told which call has them, outside any request. */
  [owned](scope: InjectionScope): void {
    this.#resolver = scope.resolver as Resolver; // there is no other kind
  }

  /** @internal Runs them when that call has ended; a call that failed has none. */
  [Resource.exit](error?: unknown): Promise<void> | undefined {
    const resolver = this.#resolver;
    return !resolver || error !== undefined || this.size === 0 ? undefined : runInOrder(this, resolver);
  }
}

/** Runs tasks one after the other; each that fails is logged by the `Background`. */
export async function runInOrder(tasks: Iterable<BackgroundTask>, resolver: Resolver): Promise<void> {
  for (const task of tasks) await runTask(task, resolver, (add) => add());
}

/** @param inContext calls in the asynchronous context of who has added the task */
export async function runTask(
  task: BackgroundTask,
  resolver: Resolver,
  inContext: <T>(add: () => T) => T,
): Promise<void> {
  try {
    const background = (await resolver.resolveAsync(AppBackground)) as AppBackground; // what the token stands for
    const handle = await inContext(() => task.addTo(background));
    await handle.result;
  } catch {
    // It is logged, and the next one runs.
  }
}
