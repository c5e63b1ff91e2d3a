import { inFlowOf } from '../container/scopes/flow.js';
import { inWork } from '../container/scopes/work.js';
import type { Outcome } from '../threads/job.js';
import type { ThreadJob } from '../threads/job-line.js';
import type { JobSource, JobStream } from '../threads/job-stream.js';
import { plainArguments } from '../threads/plain-arguments.js';
import { startedPool, type ThreadPool, type ThreadPoolOptions } from '../threads/pool.js';
import { RemoteHost } from '../threads/remote-host.js';
import { Lane } from './lane.js';
import { namedContainer } from './on-a-thread.js';
import type { Ahead, Task, TaskHome } from './task.js';

/**
 * A lane of tasks for threads. Those that need nothing of the main thread but their arguments go many in one message,
 * ahead of their start: a small task then costs a tenth.
 */
export class ThreadLane implements JobSource {
  readonly #lane: Lane<Task>;
  readonly #options: ThreadPoolOptions;
  readonly #home: Pick<TaskHome, 'resolver'>;
  readonly #streams = new Set<JobStream>();
  #pushed = 0;
  #pool: ThreadPool | undefined;
  /** The lowest priority of what was sent ahead. */
  #lowest = Number.POSITIVE_INFINITY;

  constructor(limit: number, options: ThreadPoolOptions, home: Pick<TaskHome, 'resolver'>) {
    this.#lane = new Lane(
      limit,
      (task) => this.#begin(task),
      () => this.#share(),
    );
    this.#options = options;
    this.#home = home;
  }

  get hasPlace(): boolean {
    return this.#lane.hasPlace;
  }

  push(task: Task): void {
    this.#lane.push(task);
    // In a loop that adds many, nobody else would look, and the threads would wait for its end.
    if (++this.#pushed % 128 === 0) for (const stream of this.#streams) stream.news();
    if (task.priority <= this.#lowest) return;
    // It overtakes those that no thread has begun.
    this.#lowest = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams) stream.giveBack();
    for (const stream of this.#streams) stream.feed();
  }

  leave(): void {
    this.#lane.leave();
  }

  /** Has the tasks told of what threads have done by now. */
  look(): void {
    for (const stream of this.#streams) stream.look();
  }

  next(stream: JobStream): ThreadJob | undefined {
    const task = this.#lane.shift();
    const job = task && this.#jobOf(task);
    if (task && !job) this.#lane.putBack(task);
    job?.sendBy(stream);
    return job;
  }

  drained(stream: JobStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#lowest = Number.POSITIVE_INFINITY;
    this.#lane.leave();
  }

  #begin(task: Task): void {
    this.#pool ??= startedPool(this.#options);
    const job = this.#pool?.canStream ? this.#jobOf(task) : undefined;
    const stream = job && this.#pool?.stream(this);
    if (!stream) {
      task.start();
      return;
    }
    this.#streams.add(stream);
    job.sendBy(stream);
    stream.begin(job);
  }

  #jobOf(task: Task): TaskJob | undefined {
    const args = task.argumentsAhead;
    const plain = args && plainArguments(args);
    if (!plain || !this.#pool) return undefined;
    this.#lowest = Math.min(this.#lowest, task.priority);
    return new TaskJob(task, plain, this.#pool, this.#home, this.#lane);
  }

  /** A place is free: half of what waits behind the longest stream moves. */
  #share(): void {
    let longest: JobStream | undefined;
    for (const stream of this.#streams) if (stream.count > (longest?.count ?? 1)) longest = stream;
    longest?.share();
  }
}

/** A task that a thread has ahead of its start. */
class TaskJob implements ThreadJob, Ahead {
  readonly args: ThreadJob['args'];
  readonly moved: ThreadJob['moved'];
  readonly #task: Task;
  readonly #pool: ThreadPool;
  readonly #home: Pick<TaskHome, 'resolver'>;
  readonly #lane: Lane<Task>;
  #stream: JobStream | undefined;
  #host: RemoteHost | undefined;
  #begun = false;
  #isEnding = false;

  constructor(
    task: Task,
    { args, moved }: Pick<ThreadJob, 'args' | 'moved'>,
    pool: ThreadPool,
    home: Pick<TaskHome, 'resolver'>,
    lane: Lane<Task>,
  ) {
    this.args = args;
    this.moved = moved;
    this.#task = task;
    this.#pool = pool;
    this.#home = home;
    this.#lane = lane;
  }

  get name(): string {
    return this.#task.name;
  }

  get place(): ThreadJob['place'] {
    return this.#task.place;
  }

  back(): void {
    this.#task.ahead = undefined;
    if (this.#task.isWaiting) this.#lane.putBack(this.#task);
  }

  sendBy(stream: JobStream): void {
    this.#stream = stream;
    this.#task.ahead = this;
  }

  /** Made when the thread asks the container: most tasks never do. */
  host(): RemoteHost {
    this.#host ??= this.#task.inContext(() =>
      inWork(this.#task, () =>
        inFlowOf(undefined, () => new RemoteHost(namedContainer(this.#home.resolver))),
      ),
    );
    return this.#host;
  }

  began(): void {
    this.#begun = true;
    this.#task.beginAhead(this.#stream?.threadId ?? 0);
  }

  ended(outcome: Outcome): void {
    this.#task.endAhead(this.#read(outcome));
    this.#host?.end();
  }

  failed(error: unknown): void {
    this.#host?.end();
    if (!this.#isEnding) this.#task.endAhead({ error });
    // Behind whoever ends it, which says how it ends. What has not begun has no body to end.
    else if (this.#begun) queueMicrotask(() => this.#task.endAhead({ error }));
  }

  look(): void {
    this.#stream?.look();
  }

  end(reason: unknown): void {
    this.#isEnding = true;
    this.#stream?.end(this, reason);
  }

  #read(outcome: Outcome): { readonly value: unknown } | { readonly error: unknown } {
    try {
      return { value: this.#pool.resultOf(outcome, this.name, () => this.host()) };
    } catch (error) {
      return { error };
    }
  }
}
