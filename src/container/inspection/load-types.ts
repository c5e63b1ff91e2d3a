import { pendingTypes } from '../../reflection/parameters.js';
import type { Call } from '../injection/call.js';
import type { Provider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';

/** Loads what `import type` has left for later; what fails to load is told where it is used. */
export async function loadTypes(registry: Registry, calls: readonly Call[]): Promise<void> {
  await Promise.allSettled(calls.map((call) => call.load()));
  await Promise.allSettled(
    providersOf(registry)
      .flatMap((provider) => ('make' in provider ? pendingTypes(provider.make) : []))
      .map((type) => type.load()),
  );
}

/** Every provider that a registry holds, or inherits. */
export function providersOf(registry: Registry): Provider[] {
  return registry.tokens().flatMap((token) => registry.get(token) ?? []);
}
