import { RegistrationError } from '../../errors.js';
import { nameType } from '../../reflection/named-types.js';
import { knownEverywhere } from '../registry/registry.js';
import { TypedToken } from './token.js';

/**
 * The token of a type that a package exports and that has no value at run time: parameters of this type, imported
 * from this package, ask for it. There is one for each type.
 *
 * @param specifier the package, as the files that use the type import it
 * @param name the type's name there; `default.Context` for `Koa.Context` of `import Koa from 'koa'`
 * @throws RegistrationError for a path: beside an interface of your own, put a {@link token} of its name
 *
 * @example
 * ```ts
 * import { Container, inject, typeToken } from 'offstage';
 * import type { ConsolaOptions } from 'consola';
 *
 * const Options = typeToken<ConsolaOptions>('consola', 'ConsolaOptions');
 * Container.registerProvider(Options, { useFactory: () => ({ level: 3 }) as ConsolaOptions });
 *
 * const level = inject((options: ConsolaOptions) => options.level);
 * console.log(level()); // 3
 * ```
 */
export function typeToken<T>(specifier: string, name: string): TypedToken<T> {
  if (/^[./]|^file:/.test(specifier)) {
    throw new RegistrationError(
      `typeToken('${specifier}', '${name}'): a path means another file in each file`,
      `Export const ${name} = token<${name}>('${name}') beside the type, and import both by their name.`,
    );
  }
  return nameType(specifier, name, () => {
    knownEverywhere(); // what was planned may have a parameter of this type
    return new TypedToken<T>(name);
  });
}
