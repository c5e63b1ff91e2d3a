import type { ServerResponse } from 'node:http';

/** A server of `node:http`, `node:https` or `node:http2`. */
export interface NodeServer {
  close(done: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
  listenerCount?(event: string): number;
}

/**
 * Node closes idle connections with the server, and takes one for idle whose response has ended but waits to be sent.
 *
 * @returns lets go of them
 */
export function keepIdleConnections(server: NodeServer): () => void {
  const closable: { closeIdleConnections?: () => void } = server;
  const own = Object.getOwnPropertyDescriptor(closable, 'closeIdleConnections');
  closable.closeIdleConnections = () => {};
  return () => {
    if (own) Object.defineProperty(closable, 'closeIdleConnections', own);
    else delete closable.closeIdleConnections;
  };
}

/** Whether connections may be no longer its own: sessions of HTTP/2, WebSockets, tunnels. */
export function mayLeaveConnections(server: NodeServer): boolean {
  const isTakenBy = (event: string) => (server.listenerCount?.(event) ?? 0) > 0;
  return 'updateSettings' in server || isTakenBy('upgrade') || isTakenBy('connect');
}

/**
 * Waits for the responses under way on a server that its middleware has not seen: of another route, or still in what
 * stands before it.
 *
 * @returns `undefined` if there are none
 */
export function otherResponses(server: NodeServer): Promise<unknown> | undefined {
  const responses = connectionsOf(server).flatMap(({ socket }) => socket?._httpMessage ?? []);
  if (responses.length === 0) return undefined;
  return Promise.all(
    responses.map((response) => {
      response.shouldKeepAlive = false;
      return new Promise((resolve) => response.once('close', resolve));
    }),
  );
}

/** What Node has of a connection: whose turn it is there. */
interface Connection {
  readonly socket?: { readonly _httpMessage?: ServerResponse | null } | null;
}

/** Node tells them to nobody. Where there are none, as on Deno, what no middleware has seen is cut. */
function connectionsOf(server: NodeServer): readonly Connection[] {
  const key = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'http.server.connections',
  );
  const list: { all?(): readonly Connection[] } | undefined = key && Reflect.get(server, key);
  return list?.all?.() ?? [];
}
