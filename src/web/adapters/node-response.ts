import type { ServerResponse } from 'node:http';
import type { WebRequest } from '../web-request.js';

/** Tells a request when its last byte has been handed over, or the client has gone. */
export function followResponse(
  response: Pick<ServerResponse, 'on' | 'shouldKeepAlive'>,
  request: WebRequest,
): void {
  if (request.isLast) response.shouldKeepAlive = false;
  const responded = () => request.responded();
  // A client that goes away finishes nothing; and not every stand-in for a response closes.
  response.on('finish', responded);
  response.on('close', responded);
}
