import type {
  AccessorProperty,
  Class,
  JSXElementName,
  MethodDefinition,
  Node,
  Program,
  PropertyDefinition,
} from 'oxc-parser';
import { declareNames } from './pattern-rules.js';
import { leaf, type Rule, SourceWalk } from './source-walk.js';
import type { FunctionLike } from './syntax.js';

/** Walks once through a file. By hand, for speed: types, which are most of some files, are left out. */
export function readSource(program: Program): SourceWalk {
  const walk = new SourceWalk(byType, program.end);
  walk.children(program);
  return walk;
}

type RuleOf<Type> = (node: Node & { type: Type }, walk: SourceWalk, parent: Node) => void;

/** A node of another kind is walked through, unless it only names types. */
const rules: { readonly [Type in Node['type']]?: RuleOf<Type> } = {
  // Most nodes are of these kinds.
  Identifier: (node, walk) => walk.use(node),
  Literal: leaf,
  TemplateElement: leaf,
  PrivateIdentifier: leaf,
  ExpressionStatement(node, walk) {
    walk.visit(node.expression, node);
  },
  ReturnStatement(node, walk) {
    walk.visit(node.argument, node);
  },
  CallExpression(node, walk) {
    walk.calls.push(node);
    walk.visit(node.callee, node);
    walk.mark(node.typeArguments);
    walk.visitAll(node.arguments, node);
  },
  MemberExpression(node, walk) {
    walk.visit(node.object, node);
    if (node.computed) walk.visit(node.property, node);
    else walk.mark(node.property);
  },
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

  VariableDeclaration(node, walk) {
    if (node.declare) return;
    for (const declarator of node.declarations) {
      walk.place(declarator, node);
      declareNames(declarator.id, walk, declarator, node.kind === 'var' ? 'vars' : 'block');
      walk.visit(declarator.init, declarator);
    }
  },
  FunctionDeclaration(node, walk) {
    if (node.declare) return;
    walk.meet(node);
    if (node.id) walk.declare(node.id.name, { type: 'Function', node });
    readFunction(node, walk);
  },
  FunctionExpression(node, walk) {
    walk.meet(node);
    if (!node.id) return readFunction(node, walk);
    walk.open();
    walk.declare(node.id.name, { type: 'Function', node });
    readFunction(node, walk);
    walk.close();
  },
  ArrowFunctionExpression(node, walk) {
    walk.meet(node);
    readFunction(node, walk);
  },
  ClassDeclaration(node, walk) {
    if (node.declare) return;
    walk.meet(node);
    if (node.id) walk.declare(node.id.name, { type: 'Name', node: node.id }, 'both');
    walk.open();
    readClass(node, walk);
    walk.close();
  },
  ClassExpression(node, walk) {
    walk.meet(node);
    walk.open();
    if (node.id) walk.declare(node.id.name, { type: 'Name', node: node.id }, 'both');
    readClass(node, walk);
    walk.close();
  },
  MethodDefinition: readMember,
  PropertyDefinition: readMember,
  AccessorProperty: readMember,
  ImportDeclaration(node, walk) {
    for (const specifier of node.specifiers) {
      walk.place(specifier, node);
      if (specifier.type === 'ImportSpecifier') walk.mark(specifier.imported);
      walk.mark(specifier.local);
      const typeOnly =
        node.importKind === 'type' ||
        (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type');
      const declared = { type: 'Import', node: specifier, importNode: node } as const;
      walk.declare(specifier.local.name, declared, typeOnly ? 'type' : 'both');
    }
    walk.mark(node.source);
    walk.visitAll(node.attributes, node);
  },
  ImportAttribute(node, walk) {
    walk.mark(node.key);
    walk.mark(node.value);
  },
  ExportSpecifier(node, walk) {
    walk.mark(node.local);
    walk.mark(node.exported);
  },
  ExportAllDeclaration(node, walk) {
    walk.mark(node.exported);
    walk.mark(node.source);
    walk.visitAll(node.attributes, node);
  },

  BlockStatement(node, walk) {
    walk.places.add(node.end);
    readBlock(node, walk);
  },
  SwitchStatement: readBlock,
  ForStatement: readBlock,
  ForInStatement: readBlock,
  ForOfStatement: readBlock,
  StaticBlock: readBody,
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
  TSEnumDeclaration(node, walk) {
    if (node.declare) return;
    walk.declare(node.id.name, { type: 'Name', node: node.id }, 'both');
    walk.place(node.id, node);
    walk.visit(node.body, node);
  },
  TSEnumBody(node, walk) {
    walk.open();
    for (const { id } of node.members)
      if (id.type === 'Identifier') walk.declare(id.name, { type: 'Name', node: id });
    walk.children(node);
    walk.close();
  },
  TSEnumMember(node, walk) {
    if (node.id.type === 'Identifier') walk.place(node.id, node);
    else walk.visit(node.id, node);
    walk.visit(node.initializer, node);
  },
  TSModuleDeclaration(node, walk) {
    if (node.declare) return;
    if (node.kind !== 'global' && node.id.type === 'Identifier')
      walk.declare(node.id.name, { type: 'Name', node: node.id }, 'both');
    walk.place(node.id, node);
    walk.visit(node.body, node);
  },
  TSModuleBlock: readBody,
  TSImportEqualsDeclaration(node, walk) {
    walk.declare(node.id.name, { type: 'Name', node: node.id }, 'both');
    walk.place(node.id, node);
    walk.visit(node.moduleReference, node);
  },

  // The names of types that a function or class can use.
  TSTypeParameterDeclaration(node, walk) {
    for (const param of node.params) {
      walk.mark(param);
      walk.declare(param.name.name, { type: 'Name', node: param.name }, 'type');
    }
  },
  TSInterfaceDeclaration(node, walk) {
    if (!node.declare) walk.declare(node.id.name, { type: 'Name', node: node.id }, 'type');
  },
  TSTypeAliasDeclaration(node, walk) {
    if (!node.declare) walk.declare(node.id.name, { type: 'Alias', node: node.id, alias: node }, 'type');
  },
};

const byType = new Map(Object.entries(rules)) as ReadonlyMap<string, Rule>;

function through(node: Node, walk: SourceWalk): void {
  walk.children(node);
}

function readBlock(node: Node, walk: SourceWalk): void {
  walk.open();
  walk.children(node);
  walk.close();
}

/** A block that holds its `var`s. */
function readBody(node: Node, walk: SourceWalk): void {
  walk.open(true);
  walk.children(node);
  walk.close();
}

function readFunction(node: FunctionLike, walk: SourceWalk): void {
  walk.open(true);
  if (node.id) walk.place(node.id, node);
  walk.visit(node.typeParameters, node);
  for (const param of node.params) declareNames(param, walk, node, 'function');
  walk.mark(node.returnType);
  walk.visit(node.body, node);
  walk.close();
}

function readClass(node: Class, walk: SourceWalk): void {
  walk.visitAll(node.decorators, node);
  if (node.id) walk.place(node.id, node);
  walk.visit(node.typeParameters, node);
  walk.visit(node.superClass, node);
  walk.mark(node.superTypeArguments);
  for (const type of node.implements ?? []) walk.mark(type);
  walk.visit(node.body, node);
}

function readMember(node: MethodDefinition | PropertyDefinition | AccessorProperty, walk: SourceWalk): void {
  if ('declare' in node && node.declare) return;
  walk.visitAll(node.decorators, node);
  walk.key(node);
  if ('typeAnnotation' in node) walk.mark(node.typeAnnotation);
  walk.visit(node.value, node);
}

/** Elements of HTML are written small, and are no names. */
function readElementName(name: JSXElementName, walk: SourceWalk, element: Node): void {
  walk.visit(name, element);
  if (name.type === 'JSXIdentifier' && !/^[a-z]/.test(name.name)) walk.use(name);
}
