import { RegistrationError } from '../../errors.js';
import { Scope } from '../scope.js';
import { checkDeps } from '../tokens/check-token.js';
import { type Constructor, type TokenKey, tokenName } from '../tokens/token.js';
import type { MakingProvider, Provider, ProviderOptions } from './provider.js';

/** The provider that a registration means. */
export function definitionOf(
  token: TokenKey,
  options: Scope | ProviderOptions<unknown>,
  caller: string,
): Provider {
  const where = `${caller}(${tokenName(token)}, …)`;
  if (typeof options === 'string') {
    if (typeof token === 'function')
      return { kind: 'class', token, scope: checkScope(options, where), make: token as Constructor };
    throw new RegistrationError(
      `${where}: a token is not a class that could be made`,
      'Pass { useValue }, { useFactory } or { useClass }.',
    );
  }
  if (typeof options !== 'object' || options === null) throw unclear(where);
  const ways = ['useValue', 'useClass', 'useFactory'].filter((way) => way in options);
  if (ways.length !== 1) throw unclear(where);
  if ('useValue' in options) return { kind: 'value', token, value: options.useValue };
  const make = 'useClass' in options ? options.useClass : options.useFactory;
  if (typeof make !== 'function') throw unclear(where);
  const lifetime: Omit<MakingProvider, 'kind' | 'make'> = {
    token,
    scope: checkScope(options.scope ?? Scope.Singleton, where),
    ...checkNested(options, where),
    ...(options.deps && { deps: checkDeps(options.deps, where) }),
  };
  return 'useClass' in options
    ? { kind: 'class', ...lifetime, make: options.useClass, ...checkThreads(options, where) }
    : { kind: 'factory', ...lifetime, make: options.useFactory };
}

/** Refuses what is not a scope. */
export function checkScope(scope: unknown, where: string): Scope {
  const scopes: readonly unknown[] = Object.values(Scope);
  if (scopes.includes(scope)) return scope as Scope; // just checked
  throw new RegistrationError(
    `${where}: ${String(scope)} is not a scope`,
    'Use Scope.Singleton, Scope.Transient or Scope.Resource.',
  );
}

/** Refuses to share between calls what does not belong to one. */
export function checkNested(
  { scope, nested }: { readonly scope?: Scope; readonly nested?: unknown },
  where: string,
): { readonly nested?: 'share' } {
  if (nested === undefined) return {};
  if (nested === 'share' && scope === Scope.Resource) return { nested };
  throw new RegistrationError(
    `${where}: { nested: ${JSON.stringify(nested)} } with the scope ${scope ?? Scope.Singleton}`,
    "Only a resource can be shared between calls, by { scope: Scope.Resource, nested: 'share' }.",
  );
}

/** Refuses to make for each thread what does not outlive its tasks. */
export function checkThreads(
  { scope = Scope.Singleton, threads }: { readonly scope?: Scope; readonly threads?: unknown },
  where: string,
): { readonly threads?: 'local' } {
  if (threads === undefined) return {};
  if (threads === 'local' && scope === Scope.Singleton) return { threads };
  throw new RegistrationError(
    `${where}: { threads: ${JSON.stringify(threads)} } with the scope ${scope}`,
    "Only a singleton can have an instance on each thread, by { scope: Scope.Singleton, threads: 'local' }.",
  );
}

/** Whether two providers say the same, so that nothing is overwritten. */
export function sameProvider(a: Provider, b: Provider): boolean {
  return (
    a.kind === 'class' &&
    b.kind === 'class' &&
    a.make === b.make &&
    a.scope === b.scope &&
    a.nested === b.nested &&
    a.threads === b.threads &&
    a.deps === b.deps
  );
}

function unclear(where: string): RegistrationError {
  return new RegistrationError(
    `${where}: the provider does not say in one way how to make the value`,
    'Pass one of { useValue }, { useFactory }, { useClass }; registerProvider() takes also a Scope.',
  );
}
