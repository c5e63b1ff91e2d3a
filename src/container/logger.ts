import { type ConsolaInstance, consola } from 'consola';

/** The container's own voice. Made at each use, so that what a program sets on consola later holds. */
export function logger(): ConsolaInstance {
  return consola.withTag('container');
}
