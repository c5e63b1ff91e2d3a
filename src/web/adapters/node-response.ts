import { ServerResponse } from 'node:http';
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
}
