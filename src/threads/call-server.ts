import { BroadcastChannel } from 'node:worker_threads';
import { channelName, type RemoteRequest, type Reply, taskEnded } from './remote-calls.js';
import type { RemoteHost } from './remote-host.js';
import { packError } from './wire-errors.js';

/**
 * The main thread's end of the channel to one worker thread: passes each request to the host of its task. A
 * broadcast channel, since tinypool leaves no way to hand a port to a thread but with each task, at half its cost.
 */
export class CallServer {
  readonly #channel: BroadcastChannel;
  readonly #hostOf: (task: number) => RemoteHost | undefined;
  #lane: Int32Array | undefined;
  #closed = false;

  /** @param hostOf gives the host of a task that runs */
  constructor(threadId: number, hostOf: (task: number) => RemoteHost | undefined) {
    this.#hostOf = hostOf;
    this.#channel = new BroadcastChannel(channelName(threadId));
    this.#channel.onmessage = (event) => this.#serve((event as { data: RemoteRequest }).data); // only the thread writes
    this.#channel.unref(); // the running task keeps the process alive
  }

  close(): void {
    this.#closed = true;
    this.#channel.close();
  }

  #serve({ id, task, wanted, lane }: RemoteRequest): void {
    if (lane) this.#lane = lane;
    const host = this.#hostOf(task);
    if (host) host.serve(wanted, (reply) => this.#answer(id, reply));
    else this.#answer(id, { error: packError(taskEnded()) });
  }

  #answer(id: number, reply: Reply): void {
    if (this.#closed) return;
    try {
      this.#channel.postMessage({ id, ...reply });
    } catch (error) {
      this.#channel.postMessage({ id, error: packError(error) });
    }
    if (!this.#lane) return;
    Atomics.add(this.#lane, 0, 1);
    Atomics.notify(this.#lane, 0);
  }
}
