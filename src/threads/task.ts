import { RegistrationError } from '../errors.js';
import {
  classByKey,
  declarationOf,
  exportKey,
  functionAt,
  importedLocationOf,
  type ThreadLocation,
  threadLocationOf,
  withoutTsx,
} from '../reflection/declare.js';
import { unwrapped } from '../reflection/wrappers.js';
import type { FunctionPlace } from './transfer/transfer.js';

/** Where a worker thread finds a function, or why it cannot. */
export type TaskLocation = FunctionPlace | Extract<ThreadLocation, { captures: readonly string[] }>;

const byHand = new WeakMap<object, FunctionPlace>();
/** One for each location, so that it is known again. */
const places = new WeakMap<ThreadLocation, FunctionPlace>();
const namedByHand = new Map<string, object>();

/**
 * Says by hand where a worker thread finds a sync function: for compiled output, and whatever the transform
 * does not see. The module is loaded as it is, so keep it free of side effects.
 *
 * @param module `import.meta.url`
 * @param name the name under which the module exports the function
 * @param fn the function, or what `inject` has made of it
 * @returns `fn` itself
 * @throws RegistrationError if one of them cannot name a function on a thread
 */
export function task<F extends (...args: never[]) => unknown>(module: string | URL, name: string, fn: F): F {
  const url = withoutTsx(String(module));
  if (!url.startsWith('file:') || typeof name !== 'string' || name === '' || typeof fn !== 'function') {
    throw new RegistrationError(
      `task(${url}, ${String(name)}, …) does not name a function of a module`,
      "Write: export const resize = task(import.meta.url, 'resize', (path: string) => { … }).",
    );
  }
  const called = unwrapped(fn);
  byHand.set(called, { module: url, export: name });
  namedByHand.set(exportKey(url, name), called);
  // An argument infers no name, and messages should have one.
  for (const each of [called, fn])
    if ('name' in each && each.name === '')
      Object.defineProperty(each, 'name', { value: name, configurable: true });
  return fn;
}

/** Where a worker thread finds a function; `undefined` if nothing told. */
export function locationOf(fn: object): TaskLocation | undefined {
  const location = threadLocationOf(fn);
  // In a bundle, what was said by hand names a module that is no more.
  if (location && 'module' in location) return location;
  const known = byHand.get(fn);
  if (known || !location) return known;
  if ('captures' in location) return location;
  if ('back' in location) return undefined;
  const module = declarationOf(fn)?.module;
  if (module === undefined) return undefined;
  return placeAt(location, () => ({ module, ...location }));
}

/** Where a thread finds a function together with copies of what its module changes. */
export function copyOf(fn: object): FunctionPlace | undefined {
  const location = locationOf(fn);
  if (!location || !('captures' in location)) return undefined;
  const imported = importedLocationOf(fn);
  if (imported && 'export' in imported && 'module' in imported) return imported;
  const { copy, copiesIn } = location;
  const module = declarationOf(fn)?.module;
  if (copy === undefined || !module) return undefined;
  return placeAt(location, () =>
    copiesIn ? { module: copiesIn, export: copy } : { module, export: copy, copy: true },
  );
}

function placeAt(location: ThreadLocation, make: () => FunctionPlace): FunctionPlace {
  let place = places.get(location);
  if (!place) {
    place = make();
    places.set(location, place);
  }
  return place;
}

/** What a thread calls a function or class that it gives to the main thread; `undefined` if nothing told. */
export function placeOnMain(fn: object): FunctionPlace | undefined {
  const location = locationOf(fn);
  if (location) return 'module' in location ? location : undefined;
  const declaration = declarationOf(fn);
  if (!declaration) return undefined;
  const { kind, module, name, thread } = declaration;
  if (kind === 'class') return { module, export: name };
  return thread && 'back' in thread ? { module, export: thread.back } : undefined;
}

/** The function that this thread has at a place, if its module has been loaded. */
export function functionOf({ module, export: name }: FunctionPlace): object | undefined {
  const key = exportKey(module, name);
  const known = namedByHand.get(key) ?? functionAt(module, name) ?? classByKey(key);
  // A thread that has loaded a module as it is knows no name that the transform has given.
  return known ?? functionAt(module, `$offstage_${name}`);
}
