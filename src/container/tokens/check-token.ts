import { RegistrationError } from '../../errors.js';
import { isObject } from '../../values.js';
import type { TokenKey } from './token.js';

/** Refuses what can never be a token. */
export function checkToken(token: unknown, where: string): TokenKey {
  if (isObject(token)) return token;
  throw new RegistrationError(
    `${where}: ${token === undefined ? 'undefined' : `a ${typeof token}`} is not a token`,
    token === undefined
      ? 'The class may not be loaded yet: look for an import cycle, or an interface where a class is meant.'
      : "Pass a class, an abstract class, or what token<T>('name') made.",
  );
}

/** The same for tokens that were named by hand for parameters. */
export function checkDeps<T>(deps: readonly T[], where: string): readonly T[] {
  for (const token of deps) checkToken(token, where);
  return deps;
}
