import type { AccessorProperty, Class, MethodDefinition, Node, PropertyDefinition } from 'oxc-parser';
import { declareNames } from './pattern-rules.js';
import type { Rules, SourceWalk } from './source-walk.js';
import type { FunctionLike } from './syntax.js';

/** What declares names. What is declared to be elsewhere is a global here. */
export const declarationRules: Rules = {
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
  StaticBlock: readBody,

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
  /** Types are not walked through: it stands in an `import area = Geo.area`. */
  TSQualifiedName(node, walk) {
    walk.visit(node.left, node);
    walk.mark(node.right);
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

export function readBlock(node: Node, walk: SourceWalk): void {
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
