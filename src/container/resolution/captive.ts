import { CaptiveDependencyError } from '../../errors.js';
import type { MakingProvider } from '../registry/provider.js';
import { tokenName } from '../tokens/token.js';
import { place } from './place.js';

/** The error for a singleton that would hold something beyond its scope. */
export function captive(provider: MakingProvider, resource: string): CaptiveDependencyError {
  const name = tokenName(provider.token);
  return new CaptiveDependencyError(
    `the singleton ${place(provider.make)} would keep the resource ${resource} beyond the scope that closes it`,
    `Make ${name} a @resource or @transient, or have it take ${resource} as an argument of the methods that need it.`,
  );
}
