import { BroadcastChannel, type MessagePort, receiveMessageOnPort, threadId } from 'node:worker_threads';
import { channelName, type RemoteAnswer, type RemoteRequest, type Wanted } from './remote-calls.js';

/** A worker thread's end of its channel to the main thread, for all tasks that it runs. */
export class MainThreadCalls {
  readonly #channel = new BroadcastChannel(channelName(threadId));
  readonly #lane = new Int32Array(new SharedArrayBuffer(4));
  readonly #later = new Map<number, (answer: RemoteAnswer) => void>();
  #last = 0;

  constructor() {
    this.#channel.onmessage = (event) => this.#settle((event as { data: RemoteAnswer }).data); // only the main thread writes
  }

  /** Asks, and blocks this thread until the main thread has answered. */
  ask(task: number, wanted: Wanted): RemoteAnswer {
    const id = ++this.#last;
    const request: RemoteRequest = { id, task, wanted, ...(id === 1 && { lane: this.#lane }) };
    this.#channel.postMessage(request);
    for (;;) {
      const seen = Atomics.load(this.#lane, 0);
      // A wake-up may be meant for another answer, so the messages are read until this one is there.
      for (let received = this.#receive(); received; received = this.#receive()) {
        if (received.id === id) return received;
        this.#settle(received);
      }
      Atomics.wait(this.#lane, 0, seen);
    }
  }

  /** Waits, without blocking, for the second answer that follows one that is pending. */
  onSecond(id: number, settle: (answer: RemoteAnswer) => void): void {
    this.#later.set(id, settle);
  }

  #receive(): RemoteAnswer | undefined {
    const port = this.#channel as unknown as MessagePort; // Node's documentation takes either, its types do not
    return receiveMessageOnPort(port)?.message as RemoteAnswer | undefined; // only the main thread writes
  }

  #settle(answer: RemoteAnswer): void {
    const settle = this.#later.get(answer.id);
    this.#later.delete(answer.id);
    settle?.(answer);
  }
}
