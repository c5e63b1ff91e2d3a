import type {
  Expression,
  ImportDeclarationSpecifier,
  TSEnumDeclaration,
  TSType,
  TSTypeName,
} from 'oxc-parser';
import type { Primitive } from '../../reflection/declare.js';

/** Types of the standard library that have no value to inject: what is always data, and helpers for types. */
export const notTokens =
  /^(Array|ReadonlyArray|Function|Object|String|Number|Boolean|Symbol|BigInt|Partial|Required|Readonly|Record|Pick|Omit|Exclude|Extract|NonNullable|Parameters|ConstructorParameters|ReturnType|InstanceType|Awaited|ThisType|NoInfer|Iterable|Iterator|IterableIterator|AsyncIterable|AsyncIterator|AsyncIterableIterator|PromiseLike|ArrayLike|ReadonlyMap|ReadonlySet|Disposable|AsyncDisposable)$/;

/** What `typeof` says of the values of a type, by its syntax. */
export const keywordTypes: ReadonlyMap<TSType['type'], Primitive> = new Map([
  ['TSStringKeyword', 'string'],
  ['TSTemplateLiteralType', 'string'],
  ['TSNumberKeyword', 'number'],
  ['TSBooleanKeyword', 'boolean'],
  ['TSBigIntKeyword', 'bigint'],
  ['TSSymbolKeyword', 'symbol'],
]);

/** The path of what an import names, in its module. */
export function importedName(specifier: ImportDeclarationSpecifier): string[] {
  if (specifier.type === 'ImportDefaultSpecifier') return ['default'];
  if (specifier.type === 'ImportNamespaceSpecifier') return [];
  return [specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name];
}

/** `a.b.C`, part by part; empty for what is no name. */
export function qualifiedPath(name: TSTypeName): string[] {
  if (name.type === 'Identifier') return [name.name];
  return name.type === 'TSQualifiedName' ? [...qualifiedPath(name.left), name.right.name] : [];
}

/** What `typeof` says of a literal type's value. */
export function literalType(literal: Extract<TSType, { type: 'TSLiteralType' }>['literal']): Primitive {
  if (literal.type === 'TemplateLiteral') return 'string';
  const value = literal.type === 'UnaryExpression' ? literal.argument : literal;
  const type = value.type === 'Literal' ? typeof value.value : 'number';
  return type === 'string' || type === 'boolean' || type === 'bigint' ? type : 'number';
}

/** What `typeof` says of an enum's members. */
export function enumTypes(declaration: TSEnumDeclaration): Primitive[] {
  const types = declaration.body.members.flatMap(({ initializer }) =>
    initializer ? constantTypes(initializer) : numeric,
  );
  return [...new Set(types)];
}

const numeric: readonly Primitive[] = ['number'];

/** What a constant expression may be: a name in it can stand for a number or a text. */
function constantTypes(node: Expression): readonly Primitive[] {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? ['string'] : numeric;
    case 'TemplateLiteral':
      return ['string'];
    case 'UnaryExpression':
      return numeric;
    case 'BinaryExpression':
      if (node.operator !== '+') return numeric;
      return [...constantTypes(node.left), ...constantTypes(node.right)];
    default:
      return ['string', 'number'];
  }
}
