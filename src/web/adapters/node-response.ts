import type { ServerResponse } from 'node:http';
import type { WebRequest } from '../web-request.js';

/** Tells a request when its last byte has been handed over, or the client has gone. */
export function followResponse(
  response: Pick<ServerResponse, 'once' | 'shouldKeepAlive'>,
  request: WebRequest,
): void {
  if (request.isLast) response.shouldKeepAlive = false;
  const responded = () => request.responded();
  // A client that goes away finishes nothing; and not every stand-in for a response closes.
  response.once('finish', responded);
  response.once('close', responded);
}
