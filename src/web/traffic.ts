import { InFlight } from '../container/scopes/in-flight.js';

/** A session of HTTP/2: its connection, for any number of requests at a time. */
interface Session {
  close(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** What is under way on one server. */
export class Traffic {
  /** From a request's arrival until its tasks are done. */
  readonly requests = new InFlight();
  /** From a request's arrival until the last byte of its response has been handed over, or the client has gone. */
  readonly responses = new InFlight();
  /** The server accepts no more connections, and those that it has are for one more request at most. */
  closing = false;
  /** Where requests have come from. */
  readonly #sessions = new Set<Session>();

  /** Has a session end with the server, of which Node 20 tells it nothing. */
  keep(session: Session): void {
    if (this.#sessions.has(session)) return;
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
    if (this.closing) session.close();
  }

  close(): void {
    this.closing = true;
    for (const session of this.#sessions) session.close(); // behind its responses
  }
}
