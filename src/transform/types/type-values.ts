import type { Class, TSImportEqualsDeclaration, TSType, TSTypeReference } from 'oxc-parser';
import type { DerivedKind, Primitive } from '../../reflection/declare.js';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, unwrap } from '../source/syntax.js';
import { hasRunTime, type Importer } from './package-run-time.js';
import { TypeNames } from './type-names.js';
import {
  enumTypes,
  importedName,
  keywordTypes,
  literalType,
  notTokens,
  qualifiedPath,
} from './type-syntax.js';

/** The run-time value of a type: how an expression gets at it. */
export type Token =
  | PlainToken
  /** `T[]`, `Lazy<T>` or `Factory<T>`, of the value of `T`. */
  | { readonly kind: 'derived'; readonly derivation: DerivedKind; readonly of: PlainToken };

/** The run-time value of a type that has a name. */
type PlainToken =
  /** `hidden`: something inner has the name where the function stands. */
  | { readonly kind: 'local'; readonly path: readonly string[]; readonly hidden: boolean }
  | { readonly kind: 'global'; readonly path: readonly string[] }
  /** A member of a module that the file imports anyway. */
  | { readonly kind: 'imported'; readonly specifier: string; readonly path: readonly string[] }
  /** A member of a module that the file imports for types only. */
  | { readonly kind: 'lazy'; readonly specifier: string; readonly name: string };

/** What the source says of a type. */
export interface TypeValue {
  readonly token?: Token;
  readonly primitive?: readonly Primitive[];
  readonly from?: { readonly specifier: string; readonly name: string };
  /** Whether it may be `undefined`. */
  readonly optional?: boolean;
  /** Whether it may be `null`. */
  readonly nullable?: boolean;
}

const unknownType: TypeValue = {};

/** Follows one type to its value. */
export class TypeReader {
  readonly #module: SourceModule;
  readonly #importer: Importer;
  readonly #names: TypeNames<TypeValue>;

  constructor(module: SourceModule, importer: Importer, owner: FunctionLike | Class) {
    this.#module = module;
    this.#importer = importer;
    this.#names = new TypeNames(module, owner, unknownType);
  }

  read(type: TSType): TypeValue {
    const keyword = keywordTypes.get(type.type);
    if (keyword) return { primitive: [keyword] };
    switch (type.type) {
      case 'TSLiteralType':
        return { primitive: [literalType(type.literal)] };
      case 'TSTypeOperator':
        if (type.operator === 'readonly') return this.read(type.typeAnnotation);
        return type.operator === 'unique' ? { primitive: ['symbol'] } : unknownType;
      case 'TSArrayType':
        return this.#derived('all', type.elementType);
      case 'TSParenthesizedType':
        return this.read(type.typeAnnotation);
      case 'TSUnionType':
        return this.#readUnion(type.types);
      case 'TSIntersectionType': {
        // A brand: `string & { readonly brand: unique symbol }`.
        const primitive = type.types.map((member) => this.read(member).primitive).find((found) => found);
        return primitive ? { primitive } : unknownType;
      }
      case 'TSImportType': {
        const path = type.qualifier ? qualifiedPath(type.qualifier) : [];
        const [argument] = type.typeArguments?.params ?? [];
        const derived = argument && this.#derivedByName(type.source.value, path, argument);
        return derived ?? (path.length > 0 ? this.#lazy(type.source.value, path.join('.')) : unknownType);
      }
      case 'TSTypeReference':
        return (
          this.#readDerived(type) ?? this.#readReference(qualifiedPath(type.typeName), type.typeArguments)
        );
      default:
        return unknownType;
    }
  }

  #readUnion(types: readonly TSType[]): TypeValue {
    const absent = new Set<Primitive>();
    const present: TypeValue[] = [];
    for (const type of types) {
      if (type.type === 'TSUndefinedKeyword' || type.type === 'TSVoidKeyword') absent.add('undefined');
      else if (type.type === 'TSNullKeyword') absent.add('object');
      else present.push(this.read(type));
    }
    const optional = absent.has('undefined') || present.some((value) => value.optional);
    const nullable = absent.has('object') || present.some((value) => value.nullable);
    const only = present.length === 1 ? present[0] : undefined;
    const primitive = new Set(present.flatMap((value) => value.primitive ?? []));
    const known = present.length > 0 && present.every((value) => value.primitive);
    return {
      ...only,
      ...(known && { primitive: [...primitive, ...absent] }),
      ...(optional && { optional }),
      ...(nullable && { nullable }),
    };
  }

  /** A type that asks the container for another one in its own way. */
  #readDerived({ typeName, typeArguments }: TSTypeReference): TypeValue | undefined {
    const [argument] = typeArguments?.params ?? [];
    const path = qualifiedPath(typeName);
    const [name] = path;
    if (!argument || name === undefined || this.#names.parameter(name)) return undefined;
    const { value, type, imported } = this.#names.lookUp(name);
    if (!value && !type) return /^(Readonly)?Array$/.test(name) ? this.#derived('all', argument) : undefined;
    if (!imported) return undefined;
    const members = [...importedName(imported.node), ...path.slice(1)];
    return this.#derivedByName(imported.importNode.source.value, members, argument);
  }

  #derivedByName(specifier: string, path: readonly string[], argument: TSType): TypeValue | undefined {
    if (specifier !== 'offstage' || path.length !== 1) return undefined;
    if (path[0] === 'Lazy') return this.#derived('lazy', argument);
    return path[0] === 'Factory' ? this.#derived('factory', argument) : undefined;
  }

  #derived(derivation: DerivedKind, type: TSType): TypeValue {
    const { token: of, optional, nullable } = this.read(type);
    // Nobody provides all of the platform's own objects, and what may be absent is data.
    if (!of || of.kind === 'derived' || of.kind === 'global' || optional || nullable) return unknownType;
    return { token: { kind: 'derived', derivation, of } };
  }

  #readReference(path: readonly string[], typeArguments?: TSTypeReference['typeArguments']): TypeValue {
    const name = path[0];
    if (name === undefined) return unknownType;
    const parameter = this.#names.parameter(name);
    if (parameter) return parameter;
    const { value, type, imported } = this.#names.lookUp(name);
    if (imported) return this.#readImport(imported, path);
    const alias = type && type !== value ? this.#readAlias(type, typeArguments?.params) : unknownType;
    if (value && this.#isTokenLike(value, type)) {
      const { primitive } = alias;
      return { ...this.#readLocal(value, path), ...(primitive && { primitive }) };
    }
    if (type) return type === value ? this.#readAlias(type, typeArguments?.params) : alias;
    if (value || (path.length === 1 && notTokens.test(name))) return unknownType;
    if (name === 'PropertyKey') return { primitive: ['string', 'number', 'symbol'] };
    if (/^(Uppercase|Lowercase|Capitalize|Uncapitalize)$/.test(name)) return { primitive: ['string'] };
    return { token: { kind: 'global', path } };
  }

  /** Beside `type Color = …`, a `const Color = { … }` is a table of values, no token. */
  #isTokenLike(value: Binding, type: Binding | undefined): boolean {
    if (value.type === 'FunctionParam') return false;
    if (value === type || !type) return true;
    if (value.type === 'Function' && type.type === 'Alias') return false; // it makes or checks what has the type
    const declarator = this.#module.parentOf(value.node);
    const init = declarator?.type === 'VariableDeclarator' ? declarator.init : undefined;
    // Only a token may stand further inside than its type.
    return init ? !/^(Object|Array|Template|Literal)/.test(unwrap(init).type) : value.scope === type.scope;
  }

  #readLocal(value: Binding, path: readonly string[]): TypeValue {
    const declared = this.#module.parentOf(value.node);
    if (declared?.type === 'TSEnumDeclaration') return { primitive: enumTypes(declared) };
    // Declared here, and somewhere else at run time.
    if (!declared) return { token: { kind: 'global', path } };
    if (declared.type === 'TSImportEqualsDeclaration') return this.#readNamed(value, declared, path);
    const hidden = this.#names.isHidden(path[0] ?? '', value);
    // Nothing but the top level can give what is hidden.
    if (hidden && !value.scope.isTopLevel) return unknownType;
    return { token: { kind: 'local', path, hidden } };
  }

  /** `import Name = some.namespace.Name;` */
  #readNamed(binding: Binding, declaration: TSImportEqualsDeclaration, path: readonly string[]): TypeValue {
    const { moduleReference } = declaration;
    if (moduleReference.type === 'TSExternalModuleReference') return unknownType;
    const full = [...qualifiedPath(moduleReference), ...path.slice(1)];
    return this.#names.follow(binding, {}, [], () => this.#readReference(full)) ?? unknownType;
  }

  #readAlias(binding: Binding, given: readonly TSType[] = []): TypeValue {
    if (binding.type !== 'Alias') return unknownType;
    const { alias } = binding;
    const values = given.map((type) => this.read(type));
    return this.#names.follow(binding, alias, values, () => this.read(alias.typeAnnotation)) ?? unknownType;
  }

  #readImport(binding: Extract<Binding, { type: 'Import' }>, path: readonly string[]): TypeValue {
    const { importNode, node } = binding;
    const specifier = importNode.source.value;
    const members = [...importedName(node), ...path.slice(1)];
    const [first] = members;
    if (first === undefined || importNode.attributes.length > 0) return unknownType;
    const typeOnly =
      importNode.importKind === 'type' || (node.type === 'ImportSpecifier' && node.importKind === 'type');
    const from = { specifier, name: members.join('.') };
    if (typeOnly) return this.#lazy(specifier, members.join('.'));
    // The compiler drops an import that only types use, and some packages have nothing else.
    if (!this.#module.valueImports.has(importNode) && !hasRunTime(specifier, this.#importer)) return { from };
    return { from, token: { kind: 'imported', specifier, path: members } };
  }

  #lazy(specifier: string, name: string): TypeValue {
    const from = { specifier, name };
    return hasRunTime(specifier, this.#importer)
      ? { from, token: { kind: 'lazy', specifier, name } }
      : { from };
  }
}
