import { otherPlatform } from '../../platform.js';
import { traceCarrier } from '../../threads/open-telemetry.js';
import type { ThreadJob } from '../../threads/pool/job-line.js';
import type { JobSource, JobStream } from '../../threads/pool/job-stream.js';
import type { PoolOptions, ThreadPool } from '../../threads/pool/pool.js';
import { startedPool, threadPool } from '../../threads/pool/pools.js';
import { plainArguments } from '../../threads/transfer/plain-arguments.js';
import { ThreadContainer } from '../executors/thread-container.js';
import type { Task } from '../tasks/task.js';
import { Lane } from './lane.js';
import { TaskJob } from './task-job.js';

/**
 * A lane of tasks for threads. Those that need nothing of the main thread but their arguments go many in one message,
 * ahead of their start: a small task then costs a tenth.
 */
export class ThreadLane implements JobSource {
  readonly #lane: Lane<Task>;
  readonly #options: PoolOptions;
  readonly #streams = new Set<JobStream>();
  #pushed = 0;
  #pool: ThreadPool | undefined;
  /** The lowest priority of what was sent ahead. */
  #lowest = Number.POSITIVE_INFINITY;

  /**
   * @param options there are as many places as threads
   * @param refill called when there is a place, and nothing waits
   */
  constructor(options: PoolOptions, refill: () => void) {
    this.#lane = new Lane(
      options.maxThreads,
      (task) => this.#begin(task),
      () => this.#share(),
      refill,
    );
    this.#options = options;
  }

  get hasPlace(): boolean {
    return this.#lane.hasPlace;
  }

  push(task: Task): void {
    this.#lane.push(task);
    // In a loop that adds many, nobody else would look, and the threads would wait for its end.
    if (++this.#pushed % 128 === 0) for (const stream of this.#streams) stream.news();
    if (task.priority <= this.#lowest) return;
    // It overtakes those that no thread has begun. They are sent again with the next news, not for each that overtakes.
    this.#lowest = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams) stream.giveBack();
  }

  leave(): void {
    this.#lane.leave();
  }

  forget(): void {
    this.#lane.forget();
  }

  /** Runs the function of a task that has been started here. */
  async run(
    task: Task,
    args: readonly unknown[],
    terminate: AbortSignal,
    withdraw: AbortSignal | undefined,
  ): Promise<unknown> {
    const { name, place } = task;
    if (!place) throw new Error(`${name} has no place on a thread`); // what has one comes here
    const pool = await threadPool(this.#options);
    return pool.run({
      name,
      place,
      args,
      container: new ThreadContainer(task.resolver),
      terminate,
      withdraw,
      trace: traceCarrier(),
      onStart: (threadId) => task.running?.begunOn(threadId),
      onCall: task.running?.isTimed ? () => task.running?.called() : undefined,
      onOutlived: () => task.outlivesItsThread(),
    });
  }

  async warmUp(): Promise<void> {
    if (otherPlatform) return;
    const pool = await threadPool(this.#options);
    await pool.warmUp();
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
    return new TaskJob(task, plain, this.#pool, this.#lane);
  }

  /** A place is free: half of what waits behind the longest stream moves. */
  #share(): void {
    let longest: JobStream | undefined;
    for (const stream of this.#streams) if (stream.count > (longest?.count ?? 1)) longest = stream;
    longest?.share();
  }
}
