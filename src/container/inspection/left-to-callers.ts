import { isStandIn } from '../../reflection/named-types.js';
import type { Call } from '../injection/call.js';
import type { Registry } from '../registry/registry.js';
import { place } from '../resolution/place.js';
import { DerivedToken, tokenOf } from '../tokens/derived-token.js';
import { type TokenKey, tokenName } from '../tokens/token.js';

/**
 * What injected functions take and nobody provides, one line for each class or token. It is no problem, since their
 * callers may pass it; or its decorator was forgotten. Left out are optional parameters, what the
 * platform has itself, and types of packages that only frameworks have values of.
 */
export function leftToCallers(registry: Registry, calls: readonly Call[]): string[] {
  const takers = new Map<TokenKey, Set<string>>();
  for (const call of calls) {
    for (const { token: type, optional, rest } of call.parameters() ?? []) {
      const token = type && tokenOf(type);
      if (!token || optional || rest || registry.get(token)) continue;
      const derived = token instanceof DerivedToken ? token : undefined;
      const wanted = derived?.of ?? token;
      if (derived?.derivation === 'optional' || isGlobal(wanted) || isStandIn(wanted)) continue;
      takers.set(token, (takers.get(token) ?? new Set()).add(place(call.fn)));
    }
  }
  return [...takers].map(([token, [first, ...others]]) => {
    const more = others.length > 0 ? `, and of ${others.length} more` : '';
    return `${tokenName(token)} has no provider: it is left to the callers of ${first}${more}`;
  });
}

/** A class of the platform, as `URL` or `Request`. */
function isGlobal(token: TokenKey): boolean {
  return Reflect.get(globalThis, tokenName(token)) === token;
}
