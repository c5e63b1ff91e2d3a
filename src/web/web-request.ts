import type { Failure } from '../container/failures.js';
import { runWith } from '../container/injection/ambient.js';
import { logError } from '../container/logger.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { CallInFlight } from '../container/scopes/calls-in-flight.js';
import { inFlowOf, isFlowUsed } from '../container/scopes/flow.js';
import type { InFlight } from '../container/scopes/in-flight.js';
import { InjectionScope } from '../container/scopes/injection-scope.js';
import { Origin } from '../container/scopes/origin.js';
import { currentWork, inWork, type Work } from '../container/scopes/work.js';
import { Latch } from '../latch.js';
import type { Linked } from '../linked-list.js';
import { type BackgroundTask, BackgroundTasks, checkTasks } from './background-tasks.js';
import { type LineOwner, TaskLine } from './task-line.js';
import type { Traffic } from './traffic.js';
import { keepAlive, type Platform } from './wait-until.js';

/** A kind of object that each request of a framework has, found by its message: what its handlers get of it. */
export interface ObjectKind<M extends object> {
  /** What gives it where it is asked for. */
  readonly provider: object;
  of(message: M): object;
}

/** What an adapter knows of the requests of its framework. */
export interface Framework<M extends object> {
  readonly objects: readonly ObjectKind<M>[];
  /** What else belongs to a request, and is injected by no type. */
  others?(message: M): readonly unknown[];
  /** The method and the path, for messages. */
  nameOf(message: M): string;
  /** Has our request found by what its handlers are given. */
  keep(message: M, request: WebRequest): void;
}

/** What all requests of a server have in common. */
export interface RequestHome<M extends object> {
  readonly framework: Framework<M>;
  readonly resolver: Resolver;
  /** Whether handlers have to be told the container. */
  readonly named: boolean;
  /** How long the resources of a request stay open. */
  readonly resources: 'tasks' | 'response';
  readonly traffic: Traffic;
}

/** What follows a response, by what its resources are kept for. */
const lastSteps = { tasks: ['tasks', 'scope'], response: ['scope', 'tasks'] } as const;

/** One request, from its arrival until its tasks are done: its injection scope, and what runs after the response. */
export class WebRequest<M extends object = object> extends Origin implements Work, CallInFlight, LineOwner {
  before: Linked | undefined;
  after: Linked | undefined;
  readonly outer = undefined;
  /** Whether a function that offstage calls answers it, whose error is heard: then no status says that one has failed. */
  isHandled = false;
  readonly #home: RequestHome<M>;
  readonly #message: M;
  readonly #platform: Platform | undefined;
  readonly #countedBy: InFlight;
  #scope: InjectionScope | undefined;
  #line: TaskLine | undefined;
  #tasks: BackgroundTasks | undefined;
  #failure: Failure | undefined;
  #noted: Failure | undefined;
  #handlers = 0;
  /** What waits for the last of them to leave. */
  #left: (() => void) | undefined;
  #responded = false;
  #whenResponded: (() => void)[] | undefined;
  #released = false;
  /** Whether its scope has closed, or is about to. */
  #closed = false;
  /** Whether nothing holds its tasks back any more. */
  #begun = false;
  #ended = false;
  #over: Latch | undefined;
  /** How many of its last steps have been begun. */
  #steps = 0;

  /** @param platform what the framework knows to wait for it */
  constructor(home: RequestHome<M>, message: M, platform?: Platform) {
    super();
    this.#home = home;
    this.#message = message;
    this.#platform = platform;
    this.#countedBy = home.resolver.calls.enter(this);
    home.traffic.requests.enter();
    home.traffic.responses.enter();
  }

  get name(): string {
    return this.#home.framework.nameOf(this.#message);
  }

  get callName(): string {
    return this.name;
  }

  get scope(): InjectionScope {
    this.#scope ??= new InjectionScope(this.#home.resolver);
    return this.#scope;
  }

  isOpenTo(resolver: object): boolean {
    return resolver === this.#home.resolver && !this.#closed;
  }

  get resolver(): Resolver {
    return this.#home.resolver;
  }

  get heldBy(): object | undefined {
    return this.#isInFlight ? this.#home.resolver : undefined;
  }

  get origin(): this {
    return this;
  }

  isAwaitedBy(closer: object): boolean {
    if (this.#line?.holds(closer)) return true;
    return this.#isInFlight && (this.#home.resolver.descendsFrom(closer) || closer === this.#home.traffic);
  }

  /** Whether anything of it is still to be done; what it has left behind, a timer, is none of it. */
  get #isInFlight(): boolean {
    return !this.#ended || this.#line?.isRunning === true;
  }

  /** What else is under way on its server. */
  get traffic(): Traffic {
    return this.#home.traffic;
  }

  /** Whether the response has been sent, and no handler runs any more. */
  get isGone(): boolean {
    return this.#released;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Its object of a kind; `undefined` if it came through another framework. */
  give(provider: object): object | undefined {
    for (const kind of this.#home.framework.objects) {
      if (kind.provider === provider) return kind.of(this.#message);
    }
    return undefined;
  }

  /** Whether it is that of a message of its framework. */
  isOf(message: object): boolean {
    return this.#message === message;
  }

  has(object: unknown): boolean {
    const { framework } = this.#home;
    for (const kind of framework.objects) if (kind.of(this.#message) === object) return true;
    return framework.others?.(this.#message).includes(object) ?? false;
  }

  /** What a handler adds its tasks to. */
  get tasks(): BackgroundTasks {
    this.#tasks ??= new BackgroundTasks([], (task) =>
      this.resume(() => {
        task.refuseRequestObjects(); // it may have been made outside the flow
        this.addTasks(task);
      }),
    );
    return this.#tasks;
  }

  /** @param always whether they run also if the handler throws */
  addTasks(tasks: BackgroundTask | BackgroundTasks, always = false): void {
    checkTasks(tasks);
    if (tasks === this.#tasks) return; // each has come by itself
    this.#line ??= new TaskLine(this);
    this.#line.add(tasks, always);
    if (this.#begun && !this.#line.isRunning) this.#runLate(this.#line);
  }

  /** After the end of the request, in whose flow something still runs. */
  #runLate(line: TaskLine): void {
    const { requests } = this.#home.traffic;
    const late = new Latch();
    keepAlive({ over: late.opened }, this.#platform);
    requests.enter();
    const proceed = () => {
      requests.leave();
      late.open();
    };
    line.run({ proceed });
  }

  /** Runs what handles the request, in whose asynchronous flow it is found. */
  run<T>(body: () => T): T {
    return this.#home.named || isFlowUsed() ? this.#runNamed(body) : inWork(this, body);
  }

  #runNamed<T>(body: () => T): T {
    const { named, resolver } = this.#home;
    const inFlow = isFlowUsed() ? () => inFlowOf(this.#closed ? undefined : this.scope, body) : body;
    return inWork(this, named ? () => runWith(resolver, inFlow) : inFlow);
  }

  /** Whether this runs in its flow. */
  get isPresent(): boolean {
    return currentRequest() === this;
  }

  /** The same where the flow may have been lost on the way. */
  resume<T>(body: () => T): T {
    return this.isPresent ? body() : this.run(body);
  }

  enter(): void {
    this.#handlers++;
  }

  leave(): void {
    this.#handlers--;
    this.#releaseWhenDone();
    if (this.#handlers > 0 || !this.#left) return;
    const left = this.#left;
    this.#left = undefined;
    left();
  }

  /** The handler has thrown: its resources see the error, and its tasks do not run. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Something in it has thrown, whose caller may cope with that. */
  note(error: unknown): void {
    this.#noted ??= { error };
  }

  /**
   * What was thrown in it is why it is answered so, if that says that it has failed.
   *
   * @param status asked only then: of a response that Hono has not built yet, it would be built for that
   */
  answered(status: () => number): void {
    if (this.#noted && status() >= 400) this.fail(this.#noted.error);
  }

  /** Nothing more of the response is to be sent, or the client has gone. */
  responded(): void {
    if (this.#responded) return;
    this.#responded = true;
    this.#home.traffic.responses.leave();
    for (const tell of this.#whenResponded ?? []) tell();
    this.#releaseWhenDone();
  }

  /** Tells of that, now or later. */
  whenResponded(tell: () => void): void {
    if (this.#responded) {
      tell();
      return;
    }
    this.#whenResponded ??= [];
    this.#whenResponded.push(tell);
  }

  #releaseWhenDone(): void {
    if (!this.#responded || this.#released || this.#handlers > 0) return;
    this.#released = true;
    this.proceed();
  }

  /** Takes the next step after its response. Steps are calls, not promises: each request takes them. */
  proceed(): void {
    switch (lastSteps[this.#home.resources][this.#steps++]) {
      case 'tasks':
        this.#begun = true;
        if (this.#line) this.#line.run(this);
        else this.proceed();
        break;
      case 'scope':
        this.#closeScope();
        break;
      default:
        this.#ended = true;
        this.#home.traffic.requests.leave();
        this.#over?.open();
    }
  }

  /** When its tasks are done. Asked for before, by platforms that would end otherwise. */
  get over(): Promise<void> {
    this.#over ??= new Latch();
    return this.#over.opened;
  }

  #closeScope(): void {
    if (this.#handlers > 0) {
      this.#left = () => this.#closeScope(); // calls that have joined after the response
      return;
    }
    this.#closed = true;
    // In its own flow, which may be lost here: so what closes still finds the request and its container.
    const closing = this.#scope && this.run(() => this.#close());
    if (closing) closing.catch(logError).then(() => this.#scopeClosed());
    else this.#scopeClosed();
  }

  #close(): void | Promise<void> {
    try {
      return this.#scope?.close(this.#failure);
    } catch (error) {
      logError(error);
    }
  }

  #scopeClosed(): void {
    this.#home.resolver.calls.leave(this, this.#countedBy);
    this.proceed();
  }
}

/** The request in whose asynchronous flow this runs: its handlers, and its tasks. */
export function currentRequest(): WebRequest | undefined {
  const origin = currentWork()?.origin;
  return origin instanceof WebRequest ? origin : undefined;
}
