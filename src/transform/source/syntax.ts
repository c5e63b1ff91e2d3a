import type {
  ArrowFunctionExpression,
  BindingPattern,
  Class,
  Expression,
  Function as FunctionNode,
  Node,
  ParamPattern,
} from 'oxc-parser';

export type FunctionLike = FunctionNode | ArrowFunctionExpression;

export function isFunction(node: Node | null | undefined): node is FunctionLike {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    ((node?.type === 'FunctionDeclaration' || node?.type === 'FunctionExpression') && node.body !== null)
  );
}

export function isClass(node: Node | null | undefined): node is Class {
  return node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression';
}

export function isDirective(node: Node): boolean {
  return node.type === 'ExpressionStatement' && typeof node.directive === 'string';
}

/** Whether `inner` stands in `outer`, or is it. */
export function contains(outer: Node, inner: Node): boolean {
  return startOf(outer) <= inner.start && inner.end <= outer.end;
}

/** Where a statement begins, with the decorators that may stand before its `export`. */
export function startOf(node: Node): number {
  const target =
    (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') && node.declaration
      ? node.declaration
      : node;
  const first = isClass(target) ? target.decorators[0] : undefined;
  return first ? Math.min(first.start, node.start) : node.start;
}

/** An expression without the TypeScript around it, which has no run time. */
export function unwrap(node: Expression): Expression;
export function unwrap(node: Node): Node;
export function unwrap(node: Node): Node {
  return isTypeWrapper(node) ? unwrap(node.expression) : node;
}

export function isTypeWrapper(node: Node) {
  return (
    node.type === 'TSAsExpression' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'TSNonNullExpression' ||
    node.type === 'TSTypeAssertion' ||
    node.type === 'TSInstantiationExpression' ||
    node.type === 'ParenthesizedExpression'
  );
}

/** The names that a pattern binds. */
export function boundNames(pattern: BindingPattern | ParamPattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'TSParameterProperty':
      return boundNames(pattern.parameter);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? boundNames(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
  }
}

/** The name of a property, where it stands in the source. */
export function propertyName(node: { key: Node; computed: boolean }): string | undefined {
  if (node.key.type === 'Literal') return String(node.key.value);
  return node.key.type === 'Identifier' && !node.computed ? node.key.name : undefined;
}

/** `b` of `a.b` and `a['b']`. */
export function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' ? String(node.property.value) : undefined;
}
