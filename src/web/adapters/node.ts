import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { logError } from '../../container/logger.js';
import { handleRequest } from '../handling.js';
import { type Injected, injected } from '../injected-handler.js';
import { keepRequest, requestOf } from '../kept-request.js';
import { RequestObject } from '../request-object.js';
import { type ClosableServer, type Draining, Requests, type WebOptions } from '../requests.js';
import type { Framework } from '../web-request.js';
import { followResponse } from './node-response.js';

export type { ClosableServer, Draining, WebOptions };

const framework: Framework<ServerResponse> = {
  objects: [
    new RequestObject(IncomingMessage, (response: ServerResponse) => response.req),
    new RequestObject(ServerResponse, (response: ServerResponse) => response),
  ],
  nameOf: ({ req: { method, url } }) => `${method} ${url}`,
  keep: keepRequest,
};

/**
 * Makes the listener of a plain `http` server: each request has an injection scope, and tasks that run once its response
 * has been sent. A listener that throws is logged, and answered with the status 500.
 *
 * @param listener handles a request, with what is injected beside it, in any order
 * @returns what `createServer()` takes, also that of `node:http2`, whose objects are of types of their own
 *
 * @example
 * ```ts
 * import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
 * import { after, singleton } from 'offstage';
 * import { handler, offstage } from 'offstage/node';
 *
 * @singleton
 * class Greeter { greet(url = '/') { return `hello from ${url}`; } }
 * async function log(url = '/') { console.log(`answered ${url}`); }
 *
 * const listener = offstage(
 *   handler(async (greeter: Greeter, request: IncomingMessage, response: ServerResponse) => {
 *     after(log, request.url);
 *     response.end(greeter.greet(request.url));
 *   }),
 * );
 * const server = createServer(listener).listen(0);
 * await listener.close(server);
 * ```
 */
export function offstage(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  options?: WebOptions,
): RequestListener & ((request: Http2ServerRequest, response: Http2ServerResponse) => void) & Draining {
  const requests = new Requests(framework, options);
  const handle: RequestListener = (request, response) => {
    try {
      const own = requests.begin(response);
      followResponse(response, own);
      handleRequest(
        own,
        () => listener(request, response),
        (error) => failed(error, response),
      );
    } catch (error) {
      failed(error, response);
    }
  };
  // To the listener, those of HTTP/2 are the same.
  const listens = handle as typeof handle &
    ((request: Http2ServerRequest, response: Http2ServerResponse) => void);
  return Object.assign(listens, { close: (server: ClosableServer) => requests.close(server) });
}

/** Plain `http` has no answer of its own: an error would end the process. */
function failed(error: unknown, response: ServerResponse): void {
  logError(error);
  if (response.writableEnded) return; // it has its answer
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name); // they were for another body
  if (response instanceof ServerResponse) response.statusMessage = ''; // one that cannot be sent may be why
  response.writeHead(500).end();
}

/**
 * A listener whose parameters are injected: the request and the response, by their types, and whatever has a provider.
 * What it opens belongs to the request.
 *
 * @throws MissingParameterTypesError if nothing tells the types of the parameters
 */
export function handler<P extends unknown[], R>(
  fn: ((...args: P) => R) & Injected<P>,
): (request: IncomingMessage, response: ServerResponse) => R {
  return injected(fn, (_request, response) => requestOf(response));
}
