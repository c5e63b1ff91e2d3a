import { AppBackground, addSoon } from '../background/background.js';
import { Task } from '../background/tasks/task.js';
import { closed } from '../background/tasks/task-errors.js';
import type { TaskHandle } from '../background/tasks/task-handle.js';
import { tellRefused } from '../background/watching.js';
import type { CallArguments } from '../container/arguments.js';
import { presentResolver } from '../container/default-container.js';
import { isOurs } from '../container/failures.js';
import { runWith } from '../container/injection/ambient.js';
import { logError } from '../container/logger.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { originOf } from '../container/scopes/origin.js';
import { owned, quiesce, Resource } from '../container/scopes/resource.js';
import { RegistrationError, RequestError } from '../errors.js';
import { isObject } from '../values.js';

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
  readonly #task: () => unknown;
  readonly #args: readonly unknown[];

  /**
   * @param task the function
   * @param args the arguments for the parameters that are not injected, in their order
   * @throws RegistrationError if it is no function
   * @throws RequestError if an argument is an object of the present request, which is gone when the task runs
   */
  constructor(task: (...args: P) => unknown, ...args: CallArguments<P>) {
    if (typeof task !== 'function') {
      throw new RegistrationError(
        `new BackgroundTask() was given ${task === null ? 'null' : typeof task}`,
        'Pass a function, and behind it its arguments: new BackgroundTask(send, to), not send(to).',
      );
    }
    this.#task = task as () => unknown; // the arguments are checked by what it is added to
    this.#args = args;
    this.refuseRequestObjects();
  }

  /** The function's own, for messages. */
  get name(): string {
    return this.#task.name || 'anonymous';
  }

  /** @internal Those of the request in whose flow this is called. */
  refuseRequestObjects(): void {
    for (let index = 0; index < this.#args.length; index++) {
      if (!originOf(this.#args[index])) continue;
      throw new RequestError(
        `the task ${this.name} was given an object of the request, as argument ${index + 1}: when the task runs, the request is gone`,
        'Extract what the task needs first, and pass that: its URL, a header, the id of the user.',
      );
    }
  }

  /** @internal */
  addTo(background: AppBackground): TaskHandle | Promise<TaskHandle> {
    return addSoon(background, this.#task, this.#args);
  }
}

/** Takes the tasks of a `BackgroundTasks` as they are added. */
type Delivery = (task: BackgroundTask) => void;

/**
 * Tasks that run one after the other, in the order of their adding, once the response has been sent. One that fails is
 * logged, and the next still runs. As a parameter of a handler it is that of the request; in a function that is called
 * outside any request, its tasks run when the body has ended, before the resources of the call close. Such a function is
 * async: for the tasks of a sync one nothing can wait, so that they do not run, and the call throws.
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
  /** That of the call that has them, outside any request. */
  #scope: InjectionScope | undefined;
  /** How many have begun. */
  #begun = 0;
  #running: Promise<void> | undefined;

  /**
   * @param tasks those that it begins with
   * @throws RegistrationError if one of them is no `BackgroundTask`
   */
  constructor(tasks?: Iterable<BackgroundTask>);
  /** @internal @param deliver takes the tasks instead */
  constructor(tasks: Iterable<BackgroundTask>, deliver: Delivery);
  constructor(tasks: Iterable<BackgroundTask> = [], deliver?: Delivery) {
    this.#tasks = [...tasks];
    for (const task of this.#tasks) checkTask(task);
    this.#deliver = deliver;
  }

  /**
   * Adds a task after the others.
   *
   * @param task the function; parameters whose types have providers are injected
   * @param args the arguments for the other parameters, in their order
   * @throws RegistrationError if it is no function
   * @throws RequestError if an argument is an object of the present request, which is gone when the task runs
   * @throws BackgroundClosedError outside any request, if the call has ended
   */
  addTask<P extends unknown[]>(task: (...args: P) => unknown, ...args: CallArguments<P>): void {
    this.add(new BackgroundTask(task, ...args));
  }

  /**
   * Adds what was made before.
   *
   * @throws RegistrationError if it is no `BackgroundTask`
   * @throws BackgroundClosedError outside any request, if the call has ended
   */
  add(task: BackgroundTask): void {
    checkTask(task);
    if (this.#scope?.isClosing) throw refused(task);
    this.#deliver?.(task);
    this.#tasks.push(task);
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
    this.#scope = scope;
  }

  /** @internal Runs those that are left when the body of that call has ended; a call that failed has none. */
  [quiesce](): Promise<void> | undefined {
    const scope = this.#scope;
    if (!scope || scope.hasFailed || this.#begun === this.size) return this.#running;
    const resolver = scope.resolver as Resolver; // there is no other kind
    const run = () => this.#runInOrder(scope);
    this.#running ??= resolver === presentResolver() ? run() : runWith(resolver, run);
    return this.#running;
  }

  /** One after the other; each that fails is logged by the `Background`. */
  async #runInOrder(scope: InjectionScope): Promise<void> {
    await undefined; // meanwhile a sync call fails, since it cannot wait
    for (let task = this.#tasks[this.#begun]; task && !scope.hasFailed; task = this.#tasks[this.#begun]) {
      this.#begun++;
      await ending(task);
    }
    this.#running = undefined;
  }

  /** @internal Has a scope own it: nothing is left to close. */
  [Resource.exit](): void {}
}

function checkTask(task: unknown): void {
  if (!(task instanceof BackgroundTask)) throw noTask(task);
}

/** What is refused where a task belongs: nothing could tell of it when it is to run. */
function noTask(given: unknown): RegistrationError {
  const name = typeof given === 'function' ? given.name : '';
  const kind = isObject(given) ? given.constructor?.name || 'an object' : String(given);
  return new RegistrationError(
    `${name || kind} was given where a BackgroundTask belongs`,
    `Write new BackgroundTask(${name || 'send'}, …), with the arguments behind it, and several in new BackgroundTasks([…]).`,
  );
}

/**
 * Checks what is attached to a request.
 *
 * @throws RegistrationError if it is neither a task nor tasks
 */
export function checkTasks(tasks: unknown): void {
  if (!(tasks instanceof BackgroundTasks)) checkTask(tasks);
}

function ending(task: BackgroundTask): Promise<void> {
  return new Promise((ended) => runTask(task, ended));
}

function refused(task: BackgroundTask): Error {
  const error = closed(task.name, 'BackgroundTasks whose call has ended');
  tellRefused(error);
  return error;
}

/**
 * Runs a task in the `AppBackground` of the container in whose flow this is called.
 *
 * @param ended called when it has ended, however, or was not accepted: both are logged
 */
export function runTask(task: BackgroundTask, ended: () => void): void {
  let background: unknown;
  try {
    background = presentResolver().resolveSoon(AppBackground);
  } catch (error) {
    background = Promise.reject(error);
  }
  if (background instanceof Promise) void runBy(background, task, ended);
  else follow(task.addTo(background as AppBackground), ended); // what the token stands for
}

async function runBy(making: Promise<AppBackground>, task: BackgroundTask, ended: () => void): Promise<void> {
  let background: AppBackground;
  try {
    background = await making;
  } catch (error) {
    logError(error);
    ended();
    return;
  }
  follow(task.addTo(background), ended);
}

function follow(handle: TaskHandle | Promise<TaskHandle>, ended: () => void): void {
  if (handle instanceof Task) handle.onOutcome(ended);
  else void followLater(handle, ended);
}

async function followLater(handle: TaskHandle | Promise<TaskHandle>, ended: () => void): Promise<void> {
  let result: Promise<unknown>;
  try {
    ({ result } = await handle);
  } catch (error) {
    if (!isOurs(error)) logError(error); // what refuses by an error of ours has told it
    ended();
    return;
  }
  result.then(ended, ended);
}
