import type { Container } from '../container/container.js';
import { Container as standard } from '../container/default-container.js';
import { ambient } from '../container/injection/ambient.js';
import { InFlight } from '../container/scopes/in-flight.js';
import { type OwnObject, WebRequest } from './web-request.js';

/** How the requests of a server are handled. */
export interface WebOptions {
  /** The container that handlers and tasks resolve from. Default: the default container. */
  readonly container?: Container;
  /**
   * How long the resources of a request stay open: until its tasks are done, so that tasks may be given them, or until
   * its response has been sent, before the first task starts. Default `'tasks'`.
   */
  readonly resources?: 'tasks' | 'response';
}

/** What stops accepting connections: a server of `node:http` or `node:https`. */
export interface ClosableServer {
  close(done: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
}

/** The middleware of an adapter can also wait for what it has begun. */
export interface Draining {
  /**
   * Closes the server: it accepts no more connections, and this waits for the responses under way and for their tasks.
   *
   * @param server as `listen()` gave it
   */
  close(server: ClosableServer): Promise<void>;
}

/** The requests of one server: begins them, and waits for those in flight. */
export class Requests {
  readonly #options: WebOptions;
  readonly #inFlight = new InFlight();

  constructor(options: WebOptions = {}) {
    this.#options = options;
  }

  begin(method: string, path: string, objects: readonly OwnObject[]): WebRequest {
    const { container, resources = 'tasks' } = this.#options;
    const resolver = container?.resolver ?? ambient?.getStore() ?? standard.resolver;
    const home = { resolver, named: container !== undefined, resources, inFlight: this.#inFlight };
    return new WebRequest(home, method, path, objects);
  }

  /** Waits until the tasks of all requests are done. */
  async drained(): Promise<void> {
    for (let ended = this.#inFlight.ended(); ended; ended = this.#inFlight.ended()) await ended;
  }

  async close(server: ClosableServer): Promise<void> {
    const closed = new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
    closed.catch(() => {}); // thrown below
    await this.drained();
    server.closeIdleConnections?.(); // those that a client would keep alive
    await closed;
    await this.drained();
  }
}
