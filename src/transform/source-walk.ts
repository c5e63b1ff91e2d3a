import type {
  CallExpression,
  Class,
  MemberExpression,
  Node,
  Program,
  TSTypeAliasDeclaration,
} from 'oxc-parser';
import { isReferenceIdentifier } from 'oxc-walker';
import { type Binding, Scopes, topLevelScope } from './scopes.js';
import { type FunctionLike, isClass, isFunction } from './syntax.js';

/** The parts of a file that the transform asks for, each in source order. */
export interface SourceParts {
  readonly functions: readonly FunctionLike[];
  readonly classes: readonly Class[];
  readonly calls: readonly CallExpression[];
  /** The properties and methods of object literals. */
  readonly properties: readonly Extract<Node, { type: 'Property'; kind: 'init' | 'get' | 'set' }>[];
  /** Each `import.meta.url`. */
  readonly moduleUrls: readonly MemberExpression[];
}

/** A name where it may be used, with the scope around it. */
export interface ScopedName {
  readonly node: Extract<Node, { type: 'Identifier' | 'JSXIdentifier' }>;
  readonly name: string;
  readonly scope: string;
  /** What it stands for, which is known when all is read; `undefined` for a global. */
  binding: Binding | undefined;
}

/** What one walk through a file finds. */
export interface SourceWalk extends SourceParts {
  readonly scopes: Scopes;
  /** What may use the value of a name, with the scope around it. */
  readonly identifiers: readonly ScopedName[];
  /** Each `this`, `super`, `arguments` and `new.target`. */
  readonly receivers: readonly { readonly node: Node; readonly name: string }[];
  /** Where parts of the code begin and end: what a source map has to tell apart. */
  readonly positions: readonly number[];
  /** The declarations of type aliases, by their names' nodes. */
  readonly aliases: ReadonlyMap<Node, TSTypeAliasDeclaration>;
  parentOf(node: Node): Node | undefined;
  /** The scope in which a function or class stands. */
  scopeAround(node: Node): string;
}

/** TypeScript that stays at run time; all else of it only names types. */
const runTimeSyntax =
  /^TS(As|Satisfies|NonNull|Instantiation|TypeAssertion|Enum|ModuleDecl|ModuleBlock|ParameterProp|ExportAssign|ImportEquals|ExternalModule)/;
/** Only these declare names of types that a function or class can use. */
const typeNames = /^TS(TypeParameter|TypeParameterDeclaration|InterfaceDeclaration|TypeAliasDeclaration)$/;

/** What the walk has to know of a kind of node. */
interface Kind {
  readonly treatment: 'run time' | 'type name' | 'type';
  /** What no name can be declared in. */
  readonly scopeless: boolean;
}

const kinds = new Map<string, Kind>();

/** Remembered: a file has many nodes, of few kinds. */
function kindOf({ type }: Node): Kind {
  const known = kinds.get(type);
  if (known) return known;
  const isType = type.startsWith('TS') && !runTimeSyntax.test(type);
  const kind: Kind = {
    treatment: !isType ? 'run time' : typeNames.test(type) ? 'type name' : 'type',
    scopeless:
      /(Expression|ExpressionStatement|ReturnStatement|Property|Declarator|Element|Literal)$/.test(type) &&
      !/(Function|Class)Expression$/.test(type),
  };
  kinds.set(type, kind);
  return kind;
}

/** Walks once through a file. By hand, for speed: types, which are most of some files, are left out. */
export function readSource(program: Program): SourceWalk {
  const scopes = new Scopes();
  const parents = new Map<Node, Node>();
  const positions: number[] = [];
  const aliases = new Map<Node, TSTypeAliasDeclaration>();
  const around = new Map<Node, string>();
  const identifiers: ScopedName[] = [];
  const receivers: SourceWalk['receivers'][number][] = [];
  const functions: FunctionLike[] = [];
  const classes: Class[] = [];
  const calls: CallExpression[] = [];
  const properties: SourceParts['properties'][number][] = [];
  const moduleUrls: MemberExpression[] = [];

  const note = (node: Node, parent: Node) => {
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        if (!isReferenceIdentifier(node, parent) || parent.type === 'ExportSpecifier') break;
        if (node.name === 'arguments') receivers.push({ node, name: 'arguments' });
        else identifiers.push({ node, name: node.name, scope: scopes.getCurrentScope(), binding: undefined });
        break;
      case 'ThisExpression':
        receivers.push({ node, name: 'this' });
        break;
      case 'Super':
        receivers.push({ node, name: 'super' });
        break;
      case 'MetaProperty':
        if (node.meta.name === 'new') receivers.push({ node, name: 'new.target' });
        else if (parent.type === 'MemberExpression' && !parent.computed && parent.property.name === 'url')
          moduleUrls.push(parent);
        break;
      case 'CallExpression':
        calls.push(node);
        break;
      case 'Property':
        if (parent.type === 'ObjectExpression') properties.push(node);
        break;
      default:
        if (isFunction(node)) functions.push(node);
        else if (isClass(node)) classes.push(node);
        else break;
        around.set(node, scopes.getCurrentScope());
    }
  };

  const visit = (node: Node, parent: Node) => {
    positions.push(node.start);
    // Most nodes are one of these two, and have nothing in them.
    if (node.type === 'Literal') return;
    if (node.type === 'Identifier' && !node.decorators?.length) {
      parents.set(node, parent);
      note(node, parent);
      return;
    }
    // What is declared to be elsewhere is a global here.
    if (node.type === 'TSDeclareFunction' || ('declare' in node && node.declare === true)) return;
    const { treatment, scopeless } = kindOf(node);
    if (treatment === 'type') return;
    if (treatment === 'run time') {
      parents.set(node, parent);
      if (node.type === 'BlockStatement') positions.push(node.end);
      note(node, parent);
    }
    if (scopeless) return children(node);
    if (node.type === 'TSTypeAliasDeclaration') aliases.set(node.id, node);
    scopes.enter(node);
    if (treatment === 'run time' || node.type === 'TSTypeParameterDeclaration') children(node);
    scopes.leave(node);
  };

  const children = (node: Node) => {
    for (const key in node) {
      const child: unknown = node[key as keyof Node]; // in the order of the source
      if (typeof child !== 'object' || child === null) continue;
      if (Array.isArray(child)) {
        for (const item of child) if (isNode(item)) visit(item, node);
      } else if (isNode(child)) visit(child, node);
    }
  };
  scopes.enter(program);
  children(program);
  scopes.leave(program);

  return {
    scopes,
    identifiers,
    receivers,
    functions,
    classes,
    calls,
    properties,
    moduleUrls,
    positions,
    aliases,
    parentOf: (node) => parents.get(node),
    scopeAround: (node) => around.get(node) ?? topLevelScope,
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
