import { methodsOf } from '../../method-names.js';
import { isObject } from '../../values.js';
import type { Registry } from '../registry/registry.js';
import { Lazy } from '../tokens/deferred.js';
import { DerivedToken } from '../tokens/derived-token.js';
import type { TokenKey } from '../tokens/token.js';
import { wasMadeBy } from './creation.js';
import type { Singletons } from './singletons.js';

/** Whether a caller's argument stands for a token: then it goes before injection. */
export function accepts(
  token: TokenKey,
  argument: unknown,
  registry: Registry,
  singletons: Singletons,
): boolean {
  if (token instanceof DerivedToken) {
    return acceptsDerived(token, argument, (of, value) => accepts(of, value, registry, singletons));
  }
  const target = registry.target(token);
  if (!isObject(argument)) {
    // A caller always passes what is primitive, as the types say.
    return target?.kind === 'value' && argument !== undefined && typeof target.value === typeof argument;
  }
  if (typeof token === 'function' && argument instanceof token) return true;
  if (target?.kind === 'value') return target.value === argument;
  if (!target || !('make' in target)) return false;
  if (target.kind === 'class' && target.make !== token && argument instanceof target.make) return true;
  return wasMadeBy(target, argument) || singletons.has(target, argument);
}

function acceptsDerived(
  { derivation, of }: DerivedToken,
  argument: unknown,
  acceptsOf: (of: TokenKey, value: unknown) => boolean,
): boolean {
  switch (derivation) {
    case 'all':
      return Array.isArray(argument) && argument.length > 0 && argument.every((item) => acceptsOf(of, item));
    case 'lazy':
      return argument instanceof Lazy && argument.token === of;
    case 'factory':
      return false; // any function may be meant for any parameter, as an empty list may
    default:
      return acceptsOf(of, argument);
  }
}

/** Whether an object has all methods of what a token stands for, as a fake has. */
export function resembles(token: TokenKey, argument: object, registry: Registry): boolean {
  const model = modelOf(token, registry);
  const methods = model ? methodsOf(model) : [];
  return methods.length > 0 && methods.every((name) => name in argument);
}

/** Something with the methods of what a token stands for. */
function modelOf(token: TokenKey, registry: Registry): object | undefined {
  if (typeof token === 'function') return Object.create(token.prototype);
  const target = registry.target(token);
  if (target?.kind === 'class') return Object.create(target.make.prototype as object);
  return target?.kind === 'value' && isObject(target.value) ? target.value : undefined;
}
