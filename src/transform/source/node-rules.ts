import type { CallExpression, JSXElementName, NewExpression, Node, Program } from 'oxc-parser';
import { declarationRules, readBlock } from './declaration-rules.js';
import { declareNames } from './pattern-rules.js';
import { leaf, type Rule, type Rules, SourceWalk } from './source-walk.js';

/** Walks once through a file. By hand, for speed: types, which are most of some files, are left out. */
export function readSource(program: Program): SourceWalk {
  const walk = new SourceWalk(byType, program.end);
  walk.children(program);
  return walk;
}

/** A node of another kind is walked through, unless it only names types. */
const rules: Rules = {
  ...declarationRules,

  // Most nodes are of these kinds.
  Identifier: (node, walk) => walk.use(node),
  Literal: leaf,
  TemplateElement: leaf,
  ExpressionStatement(node, walk) {
    walk.visit(node.expression, node);
  },
  ReturnStatement(node, walk) {
    walk.visit(node.argument, node);
  },
  CallExpression: readCall,
  NewExpression: readCall,
  MemberExpression(node, walk) {
    walk.visit(node.object, node);
    if (node.computed || node.property.type === 'PrivateIdentifier') walk.visit(node.property, node);
    else walk.mark(node.property);
  },
  PrivateIdentifier: (node, walk) => walk.receivers.push({ node, name: `#${node.name}` }),
  Property(node, walk, parent) {
    if (parent.type === 'ObjectExpression') walk.properties.push(node);
    walk.key(node);
    walk.visit(node.value, node);
  },
  ThisExpression: (node, walk) => walk.receivers.push({ node, name: 'this' }),
  Super: (node, walk) => walk.receivers.push({ node, name: 'super' }),
  MetaProperty(node, walk, parent) {
    walk.mark(node.meta);
    walk.mark(node.property);
    if (node.meta.name === 'new') walk.receivers.push({ node, name: 'new.target' });
    else if (parent.type === 'MemberExpression' && !parent.computed && parent.property.name === 'url')
      walk.moduleUrls.push(parent);
  },

  BlockStatement(node, walk) {
    walk.places.add(node.end);
    readBlock(node, walk);
  },
  SwitchStatement: readBlock,
  ForStatement: readBlock,
  ForInStatement: readBlock,
  ForOfStatement: readBlock,
  CatchClause(node, walk) {
    walk.open();
    if (node.param) declareNames(node.param, walk, node, 'block');
    walk.visit(node.body, node);
    walk.close();
  },
  LabeledStatement(node, walk) {
    walk.mark(node.label);
    walk.visit(node.body, node);
  },
  BreakStatement: (node, walk) => walk.mark(node.label),
  ContinueStatement: (node, walk) => walk.mark(node.label),

  JSXIdentifier: () => {}, // what stands around it tells whether it names a value
  JSXOpeningElement(node, walk) {
    readElementName(node.name, walk, node);
    walk.mark(node.typeArguments);
    walk.visitAll(node.attributes, node);
  },
  JSXClosingElement: (node, walk) => readElementName(node.name, walk, node),
  JSXMemberExpression(node, walk) {
    walk.visit(node.object, node);
    if (node.object.type === 'JSXIdentifier') walk.use(node.object);
    walk.mark(node.property);
  },

  // TypeScript that stays at run time.
  TSAsExpression: through,
  TSSatisfiesExpression: through,
  TSNonNullExpression: through,
  TSInstantiationExpression: through,
  TSTypeAssertion: through,
  TSExportAssignment: through,
  TSExternalModuleReference: through,
};

const byType = new Map(Object.entries(rules)) as ReadonlyMap<string, Rule>;

function readCall(node: CallExpression | NewExpression, walk: SourceWalk): void {
  walk.calls.push(node);
  walk.visit(node.callee, node);
  walk.mark(node.typeArguments);
  walk.visitAll(node.arguments, node);
}

function through(node: Node, walk: SourceWalk): void {
  walk.children(node);
}

/** Elements of HTML are written small, and are no names. */
function readElementName(name: JSXElementName, walk: SourceWalk, element: Node): void {
  walk.visit(name, element);
  if (name.type === 'JSXIdentifier' && !/^[a-z]/.test(name.name)) walk.use(name);
}
