import { DependencyInjectionError } from '../../errors.js';
import type { Provider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { tokenName } from '../tokens/token.js';
import { needsOf, providerFor } from './needs.js';

/** The error for providers that need one another in a chain that the stack cannot hold. */
export function tooDeep(registry: Registry, provider: Provider, cause: RangeError): DependencyInjectionError {
  return new DependencyInjectionError(
    `${tokenName(provider.token)} needs what is ${levelsBelow(registry, provider)} levels below it, which the stack cannot hold`,
    'Have one of those in between take the next as Lazy.',
    { cause },
  );
}

/** How far below a provider the last of what it needs is, by the shortest way. */
function levelsBelow(registry: Registry, provider: Provider): number {
  const seen = new Set([provider]);
  let levels = -1;
  for (let level = [provider]; level.length > 0; levels++) {
    level = level
      .flatMap((each) => below(registry, each))
      .filter((next) => !seen.has(next) && seen.add(next));
  }
  return levels;
}

function below(registry: Registry, provider: Provider): Provider[] {
  try {
    return needsOf(provider, registry).flatMap((need) => providerFor(need, registry) ?? []);
  } catch {
    return []; // what is wrong with it is told once the rest can be made
  }
}
