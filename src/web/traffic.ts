import { InFlight } from '../container/scopes/in-flight.js';

/** What is under way on one server. */
export class Traffic {
  /** From a request's arrival until its tasks are done. */
  readonly requests = new InFlight();
  /** From a request's arrival until the last byte of its response has been handed over, or the client has gone. */
  readonly responses = new InFlight();
  /** The server accepts no more connections, and those that it has are for one more request at most. */
  closing = false;
}
