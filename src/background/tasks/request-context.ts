import { AsyncResource } from 'node:async_hooks';
import type { Waiting } from '../lanes/lane.js';

const pollMilliseconds = 10;

/**
 * The asynchronous context of a moment on Cloudflare's Workers, where timers and connections work in the request alone in
 * which they are made. A request that waits for another one, with nothing of its own to come, is ended: so it polls.
 */
export class RequestContext extends AsyncResource {
  readonly #waiting: Waiting;
  #body: (() => void) | undefined;

  /** @param waiting what is to go on here, if it still waits then */
  constructor(type: string, waiting: Waiting) {
    super(type);
    this.#waiting = waiting;
    this.#look();
  }

  #look(): void {
    if (this.#body) this.#body();
    else if (this.#waiting.isWaiting) setTimeout(() => this.#look(), pollMilliseconds);
  }

  /** Runs a body there, soon. */
  runSoon(body: () => void): void {
    this.#body = body;
  }
}
