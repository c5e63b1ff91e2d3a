import { isBuiltin } from 'node:module';
import type { CallExpression, Class, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { isClass, isDirective, isFunction, memberName, unwrap } from '../source/syntax.js';
import { pureBuiltins, pureConstructors, pureGlobalCalls, readingMethods } from './known-functions.js';
import type { Unit } from './top-level.js';

/** Whether a part of the top level only declares: running it again, in another thread, does nothing else. */
export function onlyDeclares(module: SourceModule, unit: Unit): boolean {
  switch (unit.kind) {
    case 'import':
    case 'function':
    case 'enum':
    case 'erased':
      return true;
    case 'namespace':
      return false;
    case 'class':
    case 'default': {
      const declared =
        unit.statement.type === 'ExportDefaultDeclaration' ? unit.statement.declaration : undefined;
      const named = unit.statement.type === 'ExportNamedDeclaration' ? unit.statement.declaration : undefined;
      return isPure(module, declared ?? named ?? unit.statement);
    }
    case 'variable':
      return unit.node.type === 'VariableDeclarator' && isPure(module, unit.node.init);
    case 'statement':
      return isDirective(unit.node);
  }
}

/** Whether evaluating an expression changes nothing and starts nothing, as far as its source tells. */
function isPure(module: SourceModule, expression: Node | null): boolean {
  if (!expression) return true;
  const node = unwrap(expression);
  const pure = (inner: Node | null) => isPure(module, inner);
  if (isFunction(node)) return true;
  if (isClass(node)) return isPureClass(module, node);
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'PrivateIdentifier':
    case 'MetaProperty':
    case 'ThisExpression':
    case 'TSInterfaceDeclaration':
      return true;
    case 'TemplateLiteral':
      return node.expressions.every(pure);
    case 'ArrayExpression':
      return node.elements.every(pure);
    case 'ObjectExpression':
      return node.properties.every((property) =>
        property.type === 'SpreadElement'
          ? pure(property.argument)
          : pure(property.value) && (!property.computed || pure(property.key)),
      );
    case 'SpreadElement':
      return pure(node.argument);
    case 'UnaryExpression':
      return node.operator !== 'delete' && pure(node.argument);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return pure(node.left) && pure(node.right);
    case 'ConditionalExpression':
      return pure(node.test) && pure(node.consequent) && pure(node.alternate);
    case 'ChainExpression':
      return pure(node.expression);
    case 'MemberExpression':
      return pure(node.object) && (!node.computed || pure(node.property));
    case 'TaggedTemplateExpression':
      return calleePath(module, node.tag) === 'String.raw' && pure(node.quasi);
    case 'NewExpression':
      return isPureConstruction(module, node.callee) && node.arguments.every(pure);
    case 'CallExpression':
      return isPureCall(module, node) && node.arguments.every(pure);
    default:
      return false;
  }
}

function isPureClass(module: SourceModule, node: Class): boolean {
  const superClass = node.superClass;
  if (superClass && !isPure(module, superClass)) return false;
  return node.body.body.every((member) => {
    if (member.type === 'StaticBlock') return false;
    if (member.type === 'TSIndexSignature') return true;
    if (member.computed && !isPure(module, member.key)) return false;
    if (!('static' in member) || !member.static || member.type.includes('Method')) return true;
    return isPure(module, member.value);
  });
}

/** `new LocalClass()` is pure if all it does is to fill its own fields, and those of its base classes. */
function isPureConstruction(module: SourceModule, callee: Node): boolean {
  const path = calleePath(module, callee);
  if (path !== undefined) return pureConstructors.has(path) || path.startsWith('Intl.');
  const binding = module.bindingOf(callee);
  const local = module.classes.find((one) => one.id === binding?.node);
  if (!local || (local.superClass && !isPureConstruction(module, local.superClass))) return false;
  return local.body.body.every((member) => {
    if (member.type === 'PropertyDefinition') return member.static || isPure(module, member.value);
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') return true;
    return (member.value.body?.body ?? []).every(
      (statement) => statement.type === 'ExpressionStatement' && isPureStep(module, statement.expression),
    );
  });
}

/** Of a constructor: `this.a = 1`, or `super(1)`. */
function isPureStep(module: SourceModule, step: Node): boolean {
  if (step.type === 'CallExpression')
    return step.callee.type === 'Super' && step.arguments.every((argument) => isPure(module, argument));
  return (
    step.type === 'AssignmentExpression' &&
    step.left.type === 'MemberExpression' &&
    step.left.object.type === 'ThisExpression' &&
    isPure(module, step.right)
  );
}

function isPureCall(module: SourceModule, call: CallExpression): boolean {
  if (isOwnFunction(module, call.callee)) return true;
  const path = calleePath(module, call.callee);
  if (path !== undefined && isPureGlobalCall(path)) return true;
  if (isPureBuiltinCall(module, call.callee)) return true;
  const method = memberName(call.callee);
  return (
    call.callee.type === 'MemberExpression' &&
    method !== undefined &&
    readingMethods.has(method) &&
    isPure(module, call.callee.object) &&
    !call.arguments.some((argument) => isFunction(argument) || argument.type === 'Identifier')
  );
}

export function isPureGlobalCall(path: string): boolean {
  return pureGlobalCalls.has(path) || /^(Math|Number|String|BigInt|Symbol|Intl)\./.test(path);
}

/** `inject`, `token` and the like of this package, which only note what they are given. */
export function isOwnFunction(module: SourceModule, callee: Node): boolean {
  const from = importOf(module, callee);
  return from?.specifier === 'offstage' && /^(inject|token|typeToken|task)$/.test(from.name);
}

/** Functions of Node's modules that compute a value from their arguments. */
export function isPureBuiltinCall(module: SourceModule, callee: Node): boolean {
  const from = importOf(module, callee);
  if (!from || !isBuiltin(from.specifier)) return false;
  const library = from.specifier.replace(/^node:/, '');
  if (/^(path|url|querystring)(\/|$)/.test(library)) return true;
  return pureBuiltins.has(from.name.split('.').at(-1) ?? '');
}

interface ImportedName {
  readonly specifier: string;
  readonly name: string;
  /** Whether it is a member of the module, or of its default export. */
  readonly isModule: boolean;
}

/** Where a called name comes from, if it is imported: `path.join` of a default or namespace import, too. */
export function importOf(module: SourceModule, callee: Node): ImportedName | undefined {
  const path: string[] = [];
  let root: Node = unwrap(callee);
  while (root.type === 'MemberExpression') {
    path.unshift(memberName(root) ?? '');
    root = unwrap(root.object);
  }
  const binding = module.bindingOf(root);
  if (binding?.type !== 'Import') return undefined;
  const specifier = binding.node;
  const isModule = specifier.type !== 'ImportSpecifier' && path.length === 1;
  if (specifier.type === 'ImportSpecifier')
    path.unshift(specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name);
  return { specifier: binding.importNode.source.value, name: path.join('.'), isModule };
}

/** `Object.freeze` for a call of that global; nothing for what is not a global. */
export function calleePath(module: SourceModule, callee: Node): string | undefined {
  const node = unwrap(callee);
  if (node.type === 'Identifier') return module.bindingOf(node) ? undefined : node.name;
  const name = memberName(node);
  if (node.type !== 'MemberExpression' || name === undefined) return undefined;
  const object = calleePath(module, node.object);
  if (object === undefined) return undefined;
  return object === 'globalThis' ? name : `${object}.${name}`;
}
