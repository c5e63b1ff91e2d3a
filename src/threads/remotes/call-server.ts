import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { SpinWait } from '../spin-wait.js';
import { packError } from '../transfer/wire-errors.js';
import type { AnswerLane } from './answer-lane.js';
import { type RemoteAnswer, type RemoteRequest, type Reply, taskEnded } from './remote-calls.js';
import type { RemoteHost } from './remote-host.js';

/** How long the main thread looks for the next call of a thread that has just called, in milliseconds. */
const spinMilliseconds = 0.02;
/** How long such calls may follow each other, in milliseconds, before the event loop has a turn. */
const turnMilliseconds = 0.25;
const now = Promise.resolve();

/** The main thread's end of the channel to one worker thread: passes each request to the host of its task. */
export class CallServer {
  readonly #port: MessagePort;
  readonly #lane: AnswerLane;
  readonly #hostOf: (job: number) => RemoteHost | undefined;
  readonly #spinWait = new SpinWait(spinMilliseconds);
  /** How many requests it has taken. */
  #taken = 0;
  #turnEnds = 0;
  #closed = false;

  /**
   * @param lane where the thread waits for answers
   * @param hostOf gives the host of a job that runs
   */
  constructor(port: MessagePort, lane: AnswerLane, hostOf: (job: number) => RemoteHost | undefined) {
    this.#port = port;
    this.#lane = lane;
    this.#hostOf = hostOf;
    port.on('message', (request: RemoteRequest) => {
      this.#turnEnds = performance.now() + turnMilliseconds;
      this.#serve(request); // only the thread writes
    });
    port.unref(); // the running task keeps the process alive
  }

  close(): void {
    this.#closed = true;
    this.#port.close();
  }

  #serve([id, job, ...wanted]: RemoteRequest): void {
    this.#taken = (this.#taken + 1) | 0;
    void now.then(this.#afterMicrotasks);
    const host = this.#hostOf(job);
    let isFirst = true;
    const answer = (reply: Reply) => {
      this.#answer(id, reply, isFirst);
      isFirst = false; // the thread does not wait for a second one
    };
    if (host) host.serve(wanted, answer);
    else answer({ error: packError(taskEnded()) });
  }

  /** What a call leaves behind comes before the next one, as if the event loop had had its turn: promises and ticks. */
  readonly #afterMicrotasks = (): void => process.nextTick(this.#serveNext);

  /** A thread that calls often does so again at once: to be woken for that takes longer than to serve it. */
  readonly #serveNext = (): void => {
    if (this.#closed || performance.now() > this.#turnEnds) return;
    if (!this.#spinWait.sees(() => ((this.#lane.requests - this.#taken) | 0) > 0)) return;
    const next = receiveMessageOnPort(this.#port)?.message as RemoteRequest | undefined; // only the thread writes
    if (next) this.#serve(next);
  };

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
