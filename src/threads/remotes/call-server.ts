import type { MessagePort } from 'node:worker_threads';
import { packError } from '../transfer/wire-errors.js';
import type { AnswerLane } from './answer-lane.js';
import { type RemoteAnswer, type RemoteRequest, type Reply, taskEnded } from './remote-calls.js';
import type { RemoteHost } from './remote-host.js';

/** The main thread's end of the channel to one worker thread: passes each request to the host of its task. */
export class CallServer {
  readonly #port: MessagePort;
  readonly #lane: AnswerLane;
  readonly #hostOf: (job: number) => RemoteHost | undefined;
  #closed = false;

  /**
   * @param lane where the thread waits for answers
   * @param hostOf gives the host of a job that runs
   */
  constructor(port: MessagePort, lane: AnswerLane, hostOf: (job: number) => RemoteHost | undefined) {
    this.#port = port;
    this.#lane = lane;
    this.#hostOf = hostOf;
    port.on('message', (request: RemoteRequest) => this.#serve(request)); // only the thread writes
    port.unref(); // the running task keeps the process alive
  }

  close(): void {
    this.#closed = true;
    this.#port.close();
  }

  #serve([id, job, ...wanted]: RemoteRequest): void {
    const host = this.#hostOf(job);
    let isFirst = true;
    const answer = (reply: Reply) => {
      this.#answer(id, reply, isFirst);
      isFirst = false; // the thread does not wait for a second one
    };
    if (host) host.serve(wanted, answer);
    else answer({ error: packError(taskEnded()) });
  }

  #answer(id: number, reply: Reply, isAwaited: boolean): void {
    if (this.#closed) return;
    if (!isAwaited || !this.#lane.put(id, reply)) this.#send({ id, reply });
    this.#lane.tell();
  }

  #send(answer: RemoteAnswer): void {
    try {
      this.#port.postMessage(answer);
    } catch (error) {
      const failed: RemoteAnswer = { id: answer.id, reply: { error: packError(error) } };
      this.#port.postMessage(failed);
    }
  }
}
