import type { WebRequest } from './web-request.js';

/** The property in which an object of a framework has our request. */
export const kept: unique symbol = Symbol('offstage.request');

interface Keeper {
  [kept]?: WebRequest | null;
}

/** Has it found by what its handlers are given, too: parsers of bodies lose the asynchronous flow. */
export function keepRequest(keeper: object, request: WebRequest): void {
  (keeper as Keeper)[kept] = request; // any object of a framework takes a property
}

/** The request of an object that keeps one. */
export function requestOf(keeper: object): WebRequest | undefined {
  return (keeper as Keeper)[kept] ?? undefined; // as above
}
