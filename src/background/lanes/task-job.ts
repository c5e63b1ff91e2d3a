import { inFlowOf } from '../../container/scopes/flow.js';
import { inWork } from '../../container/scopes/work.js';
import type { JobOutcome } from '../../threads/jobs/job.js';
import type { ThreadJob } from '../../threads/pool/job-line.js';
import type { JobStream } from '../../threads/pool/job-stream.js';
import type { ThreadPool } from '../../threads/pool/pool.js';
import type { RemoteHost } from '../../threads/remotes/remote-host.js';
import { ThreadContainer } from '../executors/thread-container.js';
import type { Outcome } from '../tasks/attempt.js';
import type { Task } from '../tasks/task.js';
import type { Ahead } from '../tasks/task-home.js';
import type { Lane } from './lane.js';

/** A task that a thread has ahead of its start. */
export class TaskJob implements ThreadJob, Ahead {
  readonly args: ThreadJob['args'];
  readonly moved: ThreadJob['moved'];
  readonly #task: Task;
  readonly #pool: ThreadPool;
  readonly #lane: Lane<Task>;
  #stream: JobStream | undefined;
  #host: RemoteHost | undefined;
  #begun = false;
  #isEnding = false;

  constructor(
    task: Task,
    { args, moved }: Pick<ThreadJob, 'args' | 'moved'>,
    pool: ThreadPool,
    lane: Lane<Task>,
  ) {
    this.args = args;
    this.moved = moved;
    this.#task = task;
    this.#pool = pool;
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
        inFlowOf(undefined, () => this.#pool.hostOver(new ThreadContainer(this.#task.resolver))),
      ),
    );
    return this.#host;
  }

  began(): void {
    this.#begun = true;
    this.#task.beginAhead(this.#stream?.threadId ?? 0);
  }

  ended(outcome: JobOutcome): void {
    this.#end(this.#read(outcome));
  }

  failed(error: unknown): void {
    if (!this.#isEnding) this.#end({ error });
    // After whoever ends it, who says how it ends. What has not begun has no body to end.
    else if (this.#begun) void this.#endWhenSettled({ error });
  }

  /** Something that its thread has asked for may go on here. */
  async #endWhenSettled(read: Outcome): Promise<void> {
    await this.#host?.settled();
    this.#end(read);
  }

  /** After what its thread has asked for here, and what it has left open. */
  #end(read: Outcome): void {
    if (this.#host?.isBusy) {
      void this.#endWhenSettled(read);
      return;
    }
    const ended = this.#host ? this.#host.end(read) : read;
    if (ended instanceof Promise) void ended.then((late) => this.#task.endAhead(late));
    else this.#task.endAhead(ended);
  }

  look(): void {
    this.#stream?.look();
  }

  end(reason: unknown): void {
    this.#isEnding = true;
    this.#stream?.end(this, reason);
  }

  #read(outcome: JobOutcome): Outcome {
    try {
      return { value: this.#pool.resultOf(outcome, this.name, () => this.host()) };
    } catch (error) {
      return { error };
    }
  }
}
