import { closingServers } from '../container/closing-servers.js';
import type { Container } from '../container/container.js';
import { Container as standard } from '../container/default-container.js';
import { ambient } from '../container/injection/ambient.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { InFlight } from '../container/scopes/in-flight.js';
import { keepRequest } from './kept-request.js';
import { Traffic } from './traffic.js';
import { type Framework, type RequestHome, WebRequest } from './web-request.js';

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
  closeAllConnections?(): void;
}

/** The middleware of an adapter can also wait for what it has begun. */
export interface Draining {
  /**
   * Closes the server: it accepts no more connections, and this waits for the responses under way, however slow their
   * clients, and for their tasks.
   *
   * @param server as `listen()` gave it
   */
  close(server: ClosableServer): Promise<void>;
}

/** The requests of one server: begins them, and waits for those in flight. */
export class Requests<M extends object> {
  readonly #framework: Framework<M>;
  readonly #options: WebOptions;
  readonly #traffic = new Traffic();
  #home: RequestHome<M> | undefined;

  constructor(framework: Framework<M>, options: WebOptions = {}) {
    this.#framework = framework;
    this.#options = options;
  }

  /**
   * @param message what the framework has of a request
   * @throws ContainerDisposedError
   */
  begin(message: M): WebRequest<M> {
    const resolver = this.#options.container?.resolver ?? ambient?.getStore() ?? standard.resolver;
    resolver.refuseDisposed();
    if (this.#home?.resolver !== resolver) this.#home = this.#homeWith(resolver);
    const request = new WebRequest(this.#home, message);
    keepRequest(this.#framework.keeperOf(message), request);
    return request;
  }

  #homeWith(resolver: Resolver): RequestHome<M> {
    const { container, resources = 'tasks' } = this.#options;
    const named = container !== undefined;
    return { framework: this.#framework, resolver, named, resources, traffic: this.#traffic };
  }

  async close(server: ClosableServer): Promise<void> {
    closingServers.enter();
    try {
      await this.#close(server);
    } finally {
      closingServers.leave();
    }
  }

  async #close(server: ClosableServer): Promise<void> {
    this.#traffic.closing = true;
    const giveUpIdle = keepIdleConnections(server);
    const closed = new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
    closed.catch(() => {}); // thrown below
    await noneOf(this.#traffic.responses);
    giveUpIdle();
    server.closeIdleConnections?.(); // those that a client would keep alive
    await this.drained();
    server.closeAllConnections?.(); // whoever has connected, and asked for nothing
    if (isHttp2(server)) return; // Node 20 leaves its sessions to the clients
    await closed;
  }

  /** Waits until the tasks of all requests are done. */
  async drained(): Promise<void> {
    await noneOf(this.#traffic.requests);
  }
}

async function noneOf(inFlight: InFlight): Promise<void> {
  for (let ended = inFlight.ended(); ended; ended = inFlight.ended()) await ended;
}

/**
 * Node closes idle connections with the server, and takes one for idle whose response has ended but waits to be sent.
 *
 * @returns lets go of them
 */
function keepIdleConnections(server: ClosableServer): () => void {
  const closable: { closeIdleConnections?: () => void } = server;
  const own = Object.getOwnPropertyDescriptor(closable, 'closeIdleConnections');
  closable.closeIdleConnections = () => {};
  return () => {
    if (own) Object.defineProperty(closable, 'closeIdleConnections', own);
    else delete closable.closeIdleConnections;
  };
}

function isHttp2(server: ClosableServer): boolean {
  return 'updateSettings' in server;
}
