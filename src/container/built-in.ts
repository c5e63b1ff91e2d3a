import type { Provider } from './registry/provider.js';
import { knownEverywhere } from './registry/registry.js';
import type { TokenKey } from './tokens/token.js';

/** What every container knows, also after `reset()`. */
export const builtIn = new Map<TokenKey, Provider>();

/** Makes a provider known to every container, also after `reset()`. */
export function addBuiltIn(provider: Provider): void {
  builtIn.set(provider.token, provider);
  knownEverywhere(); // an adapter may load when containers are in use
}
