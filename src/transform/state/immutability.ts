import type { Expression, Node, TSType } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isClass, isFunction, memberName, unwrap } from '../source/syntax.js';
import {
  immutableConstructors,
  primitiveBuiltins,
  primitiveGlobalCalls,
  primitiveMethods,
} from './known-functions.js';
import { calleePath, importOf, isOwnFunction, isPureBuiltinCall } from './purity.js';
import { makesSchema } from './schemas.js';

/**
 * What a binding that is never assigned again can hold: a `value` that nobody can change, a function or class
 * (`code`), which changes only by an assignment to its members, an `object`, or one that is `kept` as it is, by its type
 * or since it is frozen: what is in it may change all the same.
 */
type Holds = 'value' | 'code' | 'object' | 'kept';

export function holds(module: SourceModule, binding: Binding): Holds {
  if (binding.type === 'Import') return 'value';
  if (binding.type === 'Function') return 'code';
  const parent = module.parentOf(binding.node);
  if (isClass(parent)) return 'code';
  if (parent?.type === 'TSEnumDeclaration') return 'value';
  const declarator = declaratorOf(module, binding);
  if (declarator?.type !== 'VariableDeclarator') return 'object';
  if (declarator.id.type !== 'Identifier')
    return isPrimitiveSource(module, declarator.init) ? 'value' : 'object';
  const annotation = declarator.id.typeAnnotation?.typeAnnotation;
  if (annotation && isPrimitiveType(annotation)) return 'value';
  if (annotation && isReadonlyType(annotation)) return 'kept';
  return declarator.init ? contentOf(module, declarator.init) : 'object';
}

/** The declarator of a variable, also of one that stands in a pattern. */
export function declaratorOf(module: SourceModule, binding: Binding): Node | undefined {
  let node = module.parentOf(binding.node);
  while (node && /^(Property|ObjectPattern|ArrayPattern|RestElement|AssignmentPattern)$/.test(node.type))
    node = module.parentOf(node);
  return node;
}

function contentOf(module: SourceModule, init: Expression): Holds {
  for (let node: Node = init; ; ) {
    if (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion') {
      const type = node.typeAnnotation;
      if (isPrimitiveType(type)) return 'value';
      if (isConst(type) || isReadonlyType(type)) return isPrimitive(module, unwrap(node)) ? 'value' : 'kept';
      node = node.expression;
    } else if (node.type === 'TSSatisfiesExpression' || node.type === 'TSNonNullExpression') {
      node = node.expression;
    } else break;
  }
  const node = unwrap(init);
  if (isFunction(node) || isClass(node)) return 'code';
  if (isPrimitive(module, node)) return 'value';
  if (node.type === 'Literal') return 'value'; // a regular expression
  if (node.type === 'NewExpression') {
    const path = calleePath(module, node.callee);
    return path && (immutableConstructors.has(path) || path.startsWith('Intl.')) ? 'value' : 'object';
  }
  if (node.type === 'CallExpression') {
    if (isOwnFunction(module, node.callee)) return 'value';
    if (makesSchema(module, node)) return 'kept';
    if (/^(inject|token|typeToken|task)$/.test(calleeName(node.callee))) return 'value';
    if (calleePath(module, node.callee) === 'Object.freeze')
      return isShallow(node.arguments[0]) ? 'kept' : 'object';
    if (/(^|\.)(promisify|createRequire)$/.test(importOf(module, node.callee)?.name ?? '')) return 'code';
  }
  return 'object';
}

/** Whether what is frozen is a literal that has nothing in it that stays as it was. */
function isShallow(frozen: Node | undefined): boolean {
  const literal = frozen && unwrap(frozen);
  const parts =
    literal?.type === 'ObjectExpression'
      ? literal.properties.map((property) => (property.type === 'Property' ? property.value : property))
      : literal?.type === 'ArrayExpression' && literal.elements;
  if (!parts) return false; // an instance, for example: its private fields and a Map's entries do not freeze
  return !parts.some((part) => part && /^(Object|Array|New)Expression$/.test(unwrap(part).type));
}

function calleeName(callee: Node): string {
  return callee.type === 'Identifier' ? callee.name : '';
}

/** Whether an expression gives a string, number, boolean or the like. */
function isPrimitive(module: SourceModule, expression: Node, depth = 0): boolean {
  const node = unwrap(expression);
  const primitive = (inner: Node) => isPrimitive(module, inner, depth);
  switch (node.type) {
    case 'Literal':
      return !('regex' in node);
    case 'TemplateLiteral':
    case 'BinaryExpression':
    case 'UnaryExpression':
      return true;
    case 'LogicalExpression':
      return primitive(node.left) && primitive(node.right);
    case 'ConditionalExpression':
      return primitive(node.consequent) && primitive(node.alternate);
    case 'ChainExpression':
      return primitive(node.expression);
    case 'Identifier': {
      if (node.name === 'undefined' || node.name === 'NaN' || node.name === 'Infinity') return true;
      const binding = module.bindingOf(node);
      const declarator = binding && module.parentOf(binding.node);
      if (declarator?.type !== 'VariableDeclarator' || !declarator.init || depth > 8) return false;
      return declarator.id.type === 'Identifier' && isPrimitive(module, declarator.init, depth + 1);
    }
    case 'MemberExpression': {
      const name = memberName(node);
      if (name === 'length' || name === 'size' || name === 'byteLength') return true;
      if (node.object.type === 'MetaProperty') return true;
      const path = calleePath(module, node.object);
      return (
        path === 'process.env' ||
        (path === 'process' && /^(pid|ppid|platform|arch|version|title)$/.test(name ?? ''))
      );
    }
    case 'CallExpression':
      return isPrimitiveCall(module, node.callee, node.arguments);
    default:
      return false;
  }
}

function isPrimitiveCall(module: SourceModule, callee: Node, args: readonly Node[]): boolean {
  const path = calleePath(module, callee);
  if (path && (primitiveGlobalCalls.has(path) || /^(Math|Number|String|Symbol|Date)\./.test(path)))
    return true;
  const from = importOf(module, callee);
  if (from && isPureBuiltinCall(module, callee))
    return primitiveBuiltins.has(from.name.split('.').at(-1) ?? '');
  if (from && /^(node:)?crypto$/.test(from.specifier) && /randomUUID$/.test(from.name)) return true;
  if (from && /^(node:)?fs$/.test(from.specifier) && /readFileSync$/.test(from.name)) {
    const encoding = args[1];
    return encoding?.type === 'Literal' || encoding?.type === 'ObjectExpression';
  }
  const declared = module.bindingOf(unwrap(callee));
  if (declared?.type === 'Function') {
    const type = declared.node.returnType?.typeAnnotation;
    if (type && isPrimitiveType(type)) return true;
  }
  const method = memberName(callee);
  return method !== undefined && !from && primitiveMethods.has(method);
}

/** The source of a pattern whose parts are strings: `const { PORT } = process.env`. */
function isPrimitiveSource(module: SourceModule, init: Node | null): boolean {
  return init !== null && calleePath(module, init) === 'process.env';
}

function isPrimitiveType(type: TSType): boolean {
  if (type.type === 'TSUnionType') return type.types.every(isPrimitiveType);
  if (type.type === 'TSLiteralType' || type.type === 'TSTemplateLiteralType') return true;
  return /^TS(String|Number|Boolean|BigInt|Symbol|Undefined|Null)Keyword$/.test(type.type);
}

function isReadonlyType(type: TSType): boolean {
  if (type.type === 'TSTypeOperator') return type.operator === 'readonly';
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier'
    ? /^Readonly(Array|Map|Set)?$/.test(type.typeName.name)
    : false;
}

function isConst(type: TSType): boolean {
  return (
    type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'const'
  );
}
