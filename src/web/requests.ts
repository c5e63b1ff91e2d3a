import { closingServers } from '../container/closing-servers.js';
import type { Container } from '../container/container.js';
import { presentResolver } from '../container/default-container.js';
import { logger } from '../container/logger.js';
import type { Resolver } from '../container/resolution/resolver.js';
import type { InFlight } from '../container/scopes/in-flight.js';
import { currentWork } from '../container/scopes/work.js';
import { listed, seconds, withReminder } from '../container/waiting.js';
import { SelfWaitError } from '../errors.js';
import { setImmediate } from '../timers.js';
import { keepIdleConnections, mayLeaveConnections, type NodeServer, otherResponses } from './connections.js';
import { Traffic } from './traffic.js';
import { keepAlive, type Platform } from './wait-until.js';
import { currentRequest, type Framework, type RequestHome, WebRequest } from './web-request.js';

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

/** What stops accepting connections: a server of `node:http` or `node:https`, of `Bun.serve` or `Deno.serve`. */
export type ClosableServer = NodeServer | BunServer | DenoServer;

interface BunServer {
  stop(): Promise<void>;
  readonly pendingWebSockets: number;
}

interface DenoServer {
  shutdown(): Promise<void>;
}

/** The middleware of an adapter can also wait for what it has begun. */
export interface Draining {
  /**
   * Closes the server: it accepts no more connections, and this waits for the responses under way, however slow their
   * clients, and for their tasks.
   *
   * @param server as `listen()` gave it, or `Bun.serve()`, or `Deno.serve()`
   * @throws SelfWaitError in a task of one of the requests that it would wait for
   */
  close(server: ClosableServer): Promise<void>;
}

/** The requests of one server: begins them, and waits for those in flight. */
export class Requests<M extends object> {
  readonly #framework: Framework<M>;
  readonly #options: WebOptions;
  readonly #traffic = new Traffic();
  #home: RequestHome<M> | undefined;
  readonly #closings = new Map<ClosableServer, Promise<void>>();
  /** Those that have been closed, and may be listening again. */
  readonly #closed = new WeakSet<ClosableServer>();

  constructor(framework: Framework<M>, options: WebOptions = {}) {
    this.#framework = framework;
    this.#options = options;
  }

  /**
   * @param message what the framework has of a request
   * @param platform what the framework knows to wait for it
   * @throws ContainerDisposedError
   */
  begin(message: M, platform?: Platform): WebRequest<M> {
    const resolver = this.#options.container?.resolver ?? presentResolver();
    resolver.end.refuseDisposing();
    if (this.#home?.resolver !== resolver) this.#home = this.#homeWith(resolver);
    const request = new WebRequest(this.#home, message, platform);
    this.#framework.keep(message, request);
    keepAlive(request, platform);
    return request;
  }

  #homeWith(resolver: Resolver): RequestHome<M> {
    const { container, resources = 'tasks' } = this.#options;
    const named = container !== undefined;
    return { framework: this.#framework, resolver, named, resources, traffic: this.#traffic };
  }

  /**
   * A handler is not refused: it may well begin to close the server, and wait for nothing.
   *
   * @throws SelfWaitError in a task of one of these requests, which closing waits for
   */
  refuseFromTasks(): void {
    const request = currentRequest();
    const work = currentWork();
    if (work === request || !request?.isAwaitedBy(this.#traffic)) return;
    throw new SelfWaitError(
      `the task ${work?.name} waits for its server to close, which waits for ${request.name}`,
      'Let whoever has started the server close it, outside of its tasks: on a signal, or when a promise is resolved.',
    );
  }

  async close(server: ClosableServer): Promise<void> {
    this.refuseFromTasks();
    const isListening = 'listening' in server && server.listening;
    if (this.#closed.has(server) && !isListening) return; // Node would refuse what comes late
    // A second signal waits with the first.
    const closing = this.#closings.get(server) ?? this.#close(server);
    this.#closings.set(server, closing);
    closingServers.enter();
    try {
      await closing;
      this.#closed.add(server);
    } finally {
      closingServers.leave();
      this.#closings.delete(server);
      this.#traffic.closing = this.#closings.size > 0; // it may listen again
    }
  }

  #close(server: ClosableServer): Promise<void> {
    this.#traffic.close();
    return 'close' in server ? this.#closeNodes(server) : this.#closeOthers(server);
  }

  /** These wait for the responses under way by themselves, and close the connections behind them. */
  async #closeOthers(server: BunServer | DenoServer): Promise<void> {
    const closed = 'stop' in server ? server.stop() : server.shutdown();
    closed.catch(() => {}); // thrown below
    await this.#reminding(noneOf(this.#traffic.requests));
    await ('stop' in server && server.pendingWebSockets > 0 ? orLeft(closed) : closed);
  }

  async #closeNodes(server: NodeServer): Promise<void> {
    const giveUpIdle = keepIdleConnections(server);
    const closed = new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
    closed.catch(() => {}); // thrown below
    await this.#reminding(noneOf(this.#traffic.responses));
    giveUpIdle();
    server.closeIdleConnections?.(); // those that a client would keep alive
    await this.#reminding(this.#nothingUnderWay(server));
    server.closeAllConnections?.(); // whoever has connected, and asked for nothing
    await (mayLeaveConnections(server) ? orLeft(closed) : closed);
  }

  async #nothingUnderWay(server: NodeServer): Promise<void> {
    await noneOf(this.#traffic.requests);
    for (let others = otherResponses(server); others; others = otherResponses(server)) {
      await others;
      await noneOf(this.#traffic.requests); // some of them have come to the middleware meanwhile
    }
  }

  /** A handler that waits for this itself would do so for ever. */
  #reminding(waiting: Promise<void>): Promise<void> {
    return withReminder(waiting, (waited) => {
      const calls = this.#home?.resolver.calls.names() ?? [];
      logger().warn(
        `Closing the server has waited ${seconds(waited)} for its requests. In flight:${listed(calls)}`,
      );
    });
  }
}

async function noneOf(inFlight: InFlight): Promise<void> {
  for (let ended = inFlight.ended(); ended; ended = inFlight.ended()) await ended;
}

/** Node and Bun would wait for connections, too, that are no longer theirs: their end is left to whoever has them. */
function orLeft(closed: Promise<void>): Promise<unknown> {
  return Promise.race([closed, new Promise(setImmediate)]);
}
