import { clock, type Timer } from '../../container/clock.js';
import { withReminder } from '../../container/waiting.js';
import { Latch } from '../../latch.js';
import type { LinkedList } from '../../linked-list.js';
import type { Task } from '../tasks/task.js';
import { tellAbandoned, tellWaiting } from '../watching.js';

/** What tasks get to end by themselves when they have been told that they are given up. */
export const lastMilliseconds = 500;

/** Whose tasks it waits for. */
interface DrainOwner {
  /** Gives those up that are left. */
  abandon(gracePeriod: number): void;
  /** None is left. */
  emptied(): void;
}

/** Waits until no task is left, or until the grace period is over. */
export class Drain {
  readonly #tasks: LinkedList<Task>;
  readonly #gracePeriod: number;
  readonly #owner: DrainOwner;
  #idle: Latch | undefined;
  #closing: Promise<void> | undefined;
  #last: Timer | undefined;
  /** Who waits for one of them. */
  #ends: Map<Task, Latch> | undefined;

  /** @param tasks those that are left */
  constructor(tasks: LinkedList<Task>, gracePeriod: number, owner: DrainOwner) {
    this.#tasks = tasks;
    this.#gracePeriod = gracePeriod;
    this.#owner = owner;
  }

  /** Whether its last moments run, and nothing more may begin. */
  get givingUp(): boolean {
    return this.#last !== undefined;
  }

  /** Waits until no task is left; `undefined` if none is. */
  idle(): Promise<void> | undefined {
    if (this.#tasks.size === 0) return undefined;
    this.#idle ??= new Latch();
    return this.#idle.opened;
  }

  /** Waits until nothing of one of them is left, nor its body. */
  endOf(task: Task): Promise<void> {
    this.#ends ??= new Map();
    const end = this.#ends.get(task) ?? new Latch();
    this.#ends.set(task, end);
    return end.opened;
  }

  /** A task has gone. */
  removed(task: Task): void {
    this.#ends?.get(task)?.open();
    this.#ends?.delete(task);
    if (this.#tasks.size > 0) return;
    this.#owner.emptied();
    this.#last?.cancel();
    this.#last = undefined;
    this.#idle?.open();
    this.#idle = undefined;
  }

  /** The same as {@link idle}, but no longer than the grace period. */
  close(): Promise<void> | undefined {
    const idle = this.idle();
    if (!idle) return undefined;
    this.#closing ??= this.#within(idle).finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #within(idle: Promise<void>): Promise<void> {
    const grace = this.#gracePeriod;
    const end = Number.isFinite(grace) ? clock.after(grace, () => this.giveUp(grace)) : undefined;
    await withReminder(idle, (waited) => tellWaiting([...this.#tasks], waited));
    end?.cancel();
  }

  /** Waits no longer: aborts signals, ends threads, and soon forgets what still does not end. */
  giveUp(gracePeriod: number): void {
    if (this.givingUp || this.#tasks.size === 0) return;
    tellAbandoned([...this.#tasks], gracePeriod);
    this.#last = clock.after(lastMilliseconds, () => {
      for (const task of this.#tasks) if (this.#tasks.leave(task)) this.removed(task);
    });
    this.#owner.abandon(gracePeriod);
  }
}
