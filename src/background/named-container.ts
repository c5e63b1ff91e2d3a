import type { Resolver } from '../container/resolution/resolver.js';
import { RemoteError } from '../errors.js';
import { classByKey } from '../reflection/declare.js';
import type { NamedContainer } from '../threads/remote-calls.js';

/** A container for code on a thread: there, classes are known by their names. */
export function namedContainer(resolver: Resolver): NamedContainer {
  return {
    resolve: (key) => resolver.resolve(known(key)),
    resolveAsync: (key) => resolver.resolveAsync(known(key)),
    has: (key) => resolver.provides(known(key)),
  };
}

function known(key: string): object {
  const token = classByKey(key);
  if (token) return token;
  throw new RemoteError(`the main thread has not loaded ${key}`, 'Import its module there, too.');
}
