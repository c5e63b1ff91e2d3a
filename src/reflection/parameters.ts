import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isObject, nameOf } from '../values.js';
import { type Declaration, DerivedType, declarationOf, type Parameter, TypeImport } from './declare.js';
import { designTypesOf } from './design-types.js';
import { standInFor } from './named-types.js';
import { isToken } from './tokens.js';

/** A parameter together with what its type is at run time. */
export interface TypedParameter extends Parameter {
  /** A class, a token or a {@link DerivedType}; `undefined` for what the caller passes. */
  readonly token: object | undefined;
  /** Whether the token was named by hand. */
  readonly named?: boolean;
  /** Whether it is given `null` where nobody provides it, as its type has it. */
  readonly nullIfAbsent?: boolean;
}

type AnyFunction = (...args: never[]) => unknown;

/** What an `Object` or `String` in `design:paramtypes` says: no type that could be injected. */
const uninformative = new Set<unknown>([Object, Function, String, Number, Boolean, BigInt, Symbol, Array]);
const primitives = new Map<unknown, Parameter['primitive']>([
  [String, ['string']],
  [Number, ['number']],
  [Boolean, ['boolean']],
  [BigInt, ['bigint']],
  [Symbol, ['symbol']],
]);

/**
 * The parameters of a function, or of a class's constructor, with their types: from tokens given by hand, from
 * the transform, or from `design:paramtypes`. `undefined` if none of them told.
 *
 * @param deps tokens given by hand
 * @param metadata what `design:paramtypes` says of a method, which stands on its class
 */
export function parametersOf(
  target: AnyFunction | (abstract new (...args: never[]) => unknown),
  deps?: readonly unknown[],
  metadata?: unknown,
): readonly TypedParameter[] | undefined {
  const fn = target as AnyFunction; // classes are functions, too
  const declaration = declarationOf(fn);
  if (deps) return fromTokens(fn, deps, declaration);
  if (declaration?.parameters && !passesOn(declaration.parameters)) return fromDeclaration(declaration);
  const design: unknown = metadata ?? designTypesOf(fn);
  if (Array.isArray(design)) return fromMetadata(design);
  if (inheritsConstructor(fn, declaration)) return parametersOf(Object.getPrototypeOf(fn));
  if (declaration?.parameters) return fromDeclaration(declaration);
  return fn.length === 0 ? [] : undefined;
}

function fromTokens(
  fn: AnyFunction,
  deps: readonly unknown[],
  declaration: Declaration | undefined,
): readonly TypedParameter[] {
  const declared = declaration?.parameters ?? [];
  const positional = declared.filter(({ rest }) => !rest);
  // The length of a function ends before the first default.
  const length = Math.max(deps.length, fn.length, positional.length);
  const named = Array.from({ length }, (_, index) => {
    const token = deps[index];
    const { rest, ...known } = declared[index] ?? { name: `#${index + 1}`, type: '' };
    return typed(known, isObject(token) ? token : undefined, isObject(token));
  });
  // What is named for a rest parameter comes before what the caller passes for it.
  const rest = declared.at(-1);
  return rest?.rest ? [...named, { ...rest, token: undefined }] : named;
}

function fromDeclaration(declaration: Declaration): readonly TypedParameter[] {
  const tokens = declaration.tokens();
  return (declaration.parameters ?? []).map((parameter, index) => {
    const value = loaded(tokens[index]) ?? (parameter.from && standInFor(parameter.from));
    return typed(parameter, value instanceof DerivedType || isToken(value) ? value : undefined);
  });
}

function typed(parameter: Parameter, token: object | undefined, named = false): TypedParameter {
  const nullIfAbsent = parameter.nullable === true && !parameter.optional;
  // What names nothing that could be injected, a caller has to pass.
  return {
    ...parameter,
    token,
    named,
    ...(nullIfAbsent && { nullIfAbsent, ...(token && { optional: true }) }),
  };
}

function loaded(type: unknown): unknown {
  if (type instanceof TypeImport) return type.value;
  if (!(type instanceof DerivedType)) return type;
  const inner = loaded(type.type);
  return isToken(inner) ? new DerivedType(type.kind, inner) : undefined;
}

function fromMetadata(design: readonly unknown[]): readonly TypedParameter[] {
  return design.map((type, index) => {
    const name = typeof type === 'function' ? type.name : '';
    const primitive = primitives.get(type);
    return {
      name: `#${index + 1}`,
      type: name,
      token: isObject(type) && !uninformative.has(type) ? type : undefined,
      ...(primitive && { primitive }),
    };
  });
}

function inheritsConstructor(fn: AnyFunction, declaration: Declaration | undefined): boolean {
  const source = Function.prototype.toString.call(fn);
  // Functions have no base class, though the prototype of an async one is not that of a plain one.
  if (!source.startsWith('class') || Object.getPrototypeOf(fn) === Function.prototype) return false;
  if (declaration) return !declaration.parameters || passesOn(declaration.parameters);
  // Without a declaration only the source tells an inherited constructor from one without parameters.
  return !/\bconstructor\s*\((?!\s*\.\.\.\w+\s*\))/.test(source);
}

/** Whether a constructor takes what that of its base does: TypeScript wants `...args: any[]` in a mixin. */
function passesOn([first, ...others]: readonly Parameter[]): boolean {
  return (
    first?.rest === true &&
    others.length === 0 &&
    /^((any|unknown)\[\]|ConstructorParameters<.*)$/s.test(first.type)
  );
}

/** The class whose constructor a class has, or the function itself. */
export function constructorOwner(target: AnyFunction): AnyFunction {
  const inherits = inheritsConstructor(target, declarationOf(target));
  return inherits ? constructorOwner(Object.getPrototypeOf(target)) : target;
}

/** The `import type` modules that must load before the parameters are known. */
export function pendingTypes(
  target: AnyFunction | (abstract new (...args: never[]) => unknown),
): TypeImport[] {
  const declaration = declarationOf(target);
  if (!declaration) return [];
  return declaration.tokens().flatMap((token) => {
    const type = token instanceof DerivedType ? token.type : token;
    return type instanceof TypeImport && !type.loaded && !standInFor(type) ? [type] : [];
  });
}

/** A function with its parameters as written, for messages: `signUp(bg: Background, email: string)`. */
export function signature(target: object): string {
  const declaration = declarationOf(target);
  const name = nameOf(target);
  if (!declaration?.parameters) return name;
  const parameters = declaration.parameters.map(
    (p) => `${p.rest ? '...' : ''}${p.name}${p.type ? `: ${p.type}` : ''}`,
  );
  return `${name}(${parameters.join(', ')})`;
}

/** Where a function or class stands in the source: `src/app.ts:12`, if that is known. */
export function positionOf(target: object): string | undefined {
  const declaration = declarationOf(target);
  if (!declaration) return undefined;
  return `${shortPath(declaration.module)}:${declaration.line}`;
}

function shortPath(url: string): string {
  if (!url.startsWith('file:')) return url.replace(/\?[^?]*$/, ''); // in a bundle: the project
  const path = fileURLToPath(url);
  const folder = join(process.cwd(), sep);
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}
