import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebRequest } from '../web-request.js';

/** Tells a request when its last byte has been handed over, or the client has gone. */
export function followResponse(
  response: Pick<ServerResponse, 'on' | 'shouldKeepAlive'>,
  request: Pick<WebRequest, 'isLast' | 'responded'>,
): void {
  if (request.isLast) response.shouldKeepAlive = false;
  const responded = () => request.responded();
  // Behind `finish`, or behind the loss of a client, who finishes nothing.
  response.on('close', responded);
  // Not every stand-in for a response closes.
  if (!(response instanceof ServerResponse)) response.on('finish', responded);
  else if (!response.socket) followConnection(response, responded);
}

/** What waits for its turn on a connection, behind the responses to requests that came before. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/** Node 20 tells a response nothing of a client that goes away before its turn. */
function followConnection(response: ServerResponse, responded: () => void): void {
  const { socket } = response.req;
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
