import { ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import { inRoot } from '../../root-context.js';
import { WebRequest } from '../web-request.js';

/**
 * Tells a request when its last byte has been handed over, or the client has gone.
 *
 * @param before called first
 */
export function followResponse(
  response: ServerResponse | Http2ServerResponse,
  request: WebRequest,
  before?: () => void,
): void {
  const responded = () => {
    if (response instanceof ServerResponse) leaveConnection(response.req.socket);
    before?.();
    request.responded();
  };
  responded.request = request;
  // After `finish`, or after the loss of a client, who finishes nothing.
  response.on('close', responded);
  if (!(response instanceof ServerResponse)) {
    response.on('finish', responded);
    if (response.stream) followStream(response.stream, request, responded);
    return;
  }
  if (request.traffic.closing) response.shouldKeepAlive = false;
  // What stood before has taken its time, and the client has gone meanwhile. The handler begins first.
  if (response.closed) process.nextTick(responded);
  else if (!(response.socket instanceof Socket)) followUnconnected(response, responded);
}

/** The request that follows a response. */
export function requestFollowing(response: ServerResponse): WebRequest | undefined {
  for (const listener of response.listeners('close')) {
    if ('request' in listener && listener.request instanceof WebRequest) return listener.request;
  }
  return undefined;
}

function restartTimer(socket: Socket): void {
  socket.setTimeout(socket.timeout ?? 0);
}

/** The timer of an idle connection was made in the flow of its last request, which it would keep. */
function leaveConnection(connection: unknown): void {
  if (connection instanceof Socket && connection.timeout) inRoot(restartTimer, connection);
}

/** The same where its connection is not its own yet, or is none of Node's. */
function followUnconnected(response: ServerResponse, responded: () => void): void {
  const { socket } = response.req;
  if (response.socket || !(socket instanceof Socket)) {
    // On platforms without servers, nobody closes it.
    response.on('finish', responded);
  } else if (socket.destroyed) process.nextTick(responded);
  else followConnection(response, socket, responded);
}

/** Node tells some responses of HTTP/2 nothing: to HEAD, and where the client resets the stream. */
function followStream(stream: ServerHttp2Stream, { traffic }: WebRequest, responded: () => void): void {
  if (stream.session) traffic.keep(stream.session);
  const lost = () => {
    if (stream.closed) responded();
  };
  stream.on('close', responded);
  stream.on('end', lost); // of one that was reset without an error, nothing else is told
  process.nextTick(lost);
}

/** What waits for its turn on a connection, after the responses to requests that came before. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/** Node 20 tells a response nothing of a client that goes away before its turn. */
function followConnection(response: ServerResponse, socket: Socket, responded: () => void): void {
  let all = waiting.get(socket);
  if (!all) {
    const made = new Set<() => void>();
    all = made;
    waiting.set(socket, made);
    socket.once('close', () => {
      for (const each of made) each();
    });
  }
  all.add(responded);
  response.on('close', () => all.delete(responded));
}
