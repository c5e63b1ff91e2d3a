import type { Failure } from '../container/failures.js';
import { runWith } from '../container/injection/ambient.js';
import { logger } from '../container/logger.js';
import type { Resolver } from '../container/resolution/resolver.js';
import { bring, bringerOf, type ScopeBringer } from '../container/scopes/brought.js';
import { inFlowOf } from '../container/scopes/flow.js';
import type { InjectionScope } from '../container/scopes/injection-scope.js';
import { currentWork, inWork, type Work } from '../container/scopes/work.js';
import { type BackgroundTask, BackgroundTasks } from './background-tasks.js';
import { TaskLine } from './task-line.js';
import type { Traffic } from './traffic.js';

/** A kind of object that each request of a framework has. */
export interface ObjectKind {
  /** What gives it where it is asked for. */
  readonly provider: object;
}

/** An object of a request, and what it is asked for as. */
export type OwnObject = readonly [kind: ObjectKind, object: object];

/** What all requests of an adapter have in common. */
export interface RequestHome {
  readonly resolver: Resolver;
  /** Whether handlers have to be told the container. */
  readonly named: boolean;
  /** How long the resources of a request stay open. */
  readonly resources: 'tasks' | 'response';
  readonly traffic: Traffic;
}

/** One request, from its arrival until its tasks are done: its injection scope, and what runs after the response. */
export class WebRequest implements Work, ScopeBringer {
  readonly scope: InjectionScope;
  readonly outer = undefined;
  readonly #home: RequestHome;
  readonly #method: string;
  readonly #path: string;
  readonly #objects: readonly OwnObject[];
  #line: TaskLine | undefined;
  #tasks: BackgroundTasks | undefined;
  #failure: Failure | undefined;
  #handlers = 0;
  #responded = false;
  #released = false;
  #over: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(home: RequestHome, method: string, path: string, objects: readonly OwnObject[]) {
    this.#home = home;
    this.#method = method;
    this.#path = path;
    this.#objects = objects;
    this.scope = home.resolver.openCall(undefined, this);
    home.traffic.requests.enter();
    home.traffic.responses.enter();
    for (const [, object] of objects) bring(object, this);
  }

  get name(): string {
    return `${this.#method} ${this.#path}`;
  }

  describe(): string {
    return this.name;
  }

  get heldBy(): object {
    return this.#home.resolver;
  }

  get origin(): this {
    return this;
  }

  isAwaitedBy(closer: object): boolean {
    return closer === this.#home.resolver;
  }

  /** Whether the connection takes no further request. */
  get isLast(): boolean {
    return this.#home.traffic.closing;
  }

  /** Whether the response has been sent, and no handler runs any more. */
  get isGone(): boolean {
    return this.#released;
  }

  /** Its object of a kind; `undefined` if it came through another framework. */
  objectOf(kind: ObjectKind): object | undefined {
    return this.#objects.find(([own]) => own === kind)?.[1];
  }

  gives(provider: object, object: object): boolean {
    return this.#objects.some(([kind, own]) => own === object && kind.provider === provider);
  }

  /** What a handler adds its tasks to. */
  get tasks(): BackgroundTasks {
    this.#tasks ??= new BackgroundTasks([], (task) => this.addTasks(task));
    return this.#tasks;
  }

  /** @param always whether they run also if the handler throws */
  addTasks(tasks: BackgroundTask | BackgroundTasks, always = false): void {
    this.#line ??= new TaskLine(this.#home.resolver, () => this.#failure !== undefined);
    const late = this.#line.add(tasks, always);
    if (late && this.#released) this.#counted(late);
  }

  #counted(running: Promise<void>): void {
    const { requests } = this.#home.traffic;
    requests.enter();
    running.then(() => requests.leave());
  }

  /** Runs what handles the request, in whose asynchronous flow it is found. */
  run<T>(body: () => T): T {
    const inFlow = () => inFlowOf(this.scope, body);
    const { named, resolver } = this.#home;
    return inWork(this, named ? () => runWith(resolver, inFlow) : inFlow);
  }

  /** The same for what tells when it has ended: until then no task runs. */
  handle<T>(body: () => T | Promise<T>): T | Promise<T> {
    this.enter();
    let result: T | Promise<T> | undefined;
    try {
      result = this.run(body);
      return result instanceof Promise ? this.#settled(result) : result;
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      if (!(result instanceof Promise)) this.leave();
    }
  }

  async #settled<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.leave();
    }
  }

  enter(): void {
    this.#handlers++;
  }

  leave(): void {
    this.#handlers--;
    this.#releaseWhenDone();
  }

  /** The handler has thrown: its resources see the error, and its tasks do not run. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Nothing more of the response is to be sent, or the client has gone. */
  responded(): void {
    if (this.#responded) return;
    this.#responded = true;
    this.#home.traffic.responses.leave();
    this.#releaseWhenDone();
  }

  #releaseWhenDone(): void {
    if (!this.#responded || this.#released || this.#handlers > 0) return;
    this.#released = true;
    // In its own flow: so a container that is disposed meanwhile still serves it.
    void inWork(this, () => this.#finish());
  }

  async #finish(): Promise<void> {
    if (this.#home.resources === 'response') await this.#closeScope();
    const running = this.#line?.release();
    if (running) await running;
    const closing = this.#closeScope();
    if (closing) await closing;
    this.#home.traffic.requests.leave();
    this.#over?.resolve();
  }

  /** When its tasks are done. Asked for before, by platforms that would end otherwise. */
  get over(): Promise<void> {
    if (!this.#over) {
      let resolve = () => {};
      const promise = new Promise<void>((settle) => {
        resolve = settle;
      });
      this.#over = { promise, resolve };
    }
    return this.#over.promise;
  }

  #closeScope(): Promise<void> | undefined {
    try {
      return this.scope.close(this.#failure)?.catch(tellProblem);
    } catch (error) {
      tellProblem(error);
      return undefined;
    }
  }
}

function tellProblem(error: unknown): void {
  logger().error(error);
}

/** The request that an object belongs to. */
export function requestOf(object: object): WebRequest | undefined {
  const bringer = bringerOf(object);
  return bringer instanceof WebRequest ? bringer : undefined;
}

/** The request in whose asynchronous flow this runs: its handlers, and its tasks. */
export function currentRequest(): WebRequest | undefined {
  const origin = currentWork()?.origin;
  return origin instanceof WebRequest ? origin : undefined;
}
