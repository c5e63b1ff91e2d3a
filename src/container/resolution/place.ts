import { positionOf, signature } from '../../reflection/parameters.js';

/** A function or class with its parameters, and its place in the source where that is known. */
export function place(target: object): string {
  const position = positionOf(target);
  return position ? `${signature(target)} (${position})` : signature(target);
}
