import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { AnswerLane } from './answer-lane.js';
import type { RemoteAnswer, RemoteRequest, Reply, Wanted } from './remote-calls.js';

/** A worker thread's end of its channel to the main thread, for all tasks that it runs. */
export class MainThreadCalls {
  readonly #port: MessagePort;
  readonly #lane: AnswerLane;
  readonly #later = new Map<number, (reply: Reply) => void>();
  #last = 0;

  constructor(port: MessagePort, lane: AnswerLane) {
    this.#port = port;
    this.#lane = lane;
    port.on('message', (answer: RemoteAnswer) => this.#settle(answer)); // only the main thread writes
  }

  /** Asks, and blocks this thread until the main thread has answered. */
  ask(job: number, wanted: Wanted): RemoteAnswer {
    const id = ++this.#last;
    let count = this.#lane.count;
    const request: RemoteRequest = [id, job, ...wanted];
    this.#port.postMessage(request);
    this.#lane.asked();
    for (;;) {
      this.#lane.wait(count);
      count = this.#lane.count;
      const reply = this.#lane.take(id);
      if (reply) return { id, reply };
      // A wake-up may be meant for another answer, so the messages are read until this one is there.
      for (let received = this.#receive(); received; received = this.#receive()) {
        if (received.id === id) return received;
        this.#settle(received);
      }
    }
  }

  /** Waits, without blocking, for the second answer that follows one that is pending. */
  onSecond(id: number, settle: (reply: Reply) => void): void {
    this.#later.set(id, settle);
  }

  #receive(): RemoteAnswer | undefined {
    return receiveMessageOnPort(this.#port)?.message as RemoteAnswer | undefined; // only the main thread writes
  }

  #settle(answer: RemoteAnswer): void {
    const settle = this.#later.get(answer.id);
    this.#later.delete(answer.id);
    settle?.(answer.reply);
  }
}
