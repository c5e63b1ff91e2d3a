// Alone here: an import for its effect stays in the declarations of a module, and users do not have this package.
import 'reflect-metadata/lite';

/** What a compiler with `emitDecoratorMetadata` says of the parameters of a class's own constructor. */
export function designTypesOf(target: object): unknown {
  return Reflect.getOwnMetadata('design:paramtypes', target);
}

/** The same of a method, for its decorator. */
export function designTypesOfMethod(target: object, key: string | symbol): unknown {
  return Reflect.getMetadata('design:paramtypes', target, key);
}
