import {
  type CallExpression,
  type Class,
  type MemberExpression,
  type Node,
  type Program,
  parseSync,
} from 'oxc-parser';
import { isReferenceIdentifier, ScopeTracker, type ScopeTrackerNode, walk } from 'oxc-walker';
import { ambientNames } from './ambient-names.js';
import { contains, type FunctionLike, isClass, isFunction, startOf } from './syntax.js';

export type Binding = ScopeTrackerNode;

/** A place where the source uses the value of a name. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** `undefined` for a global. */
  readonly binding: Binding | undefined;
}

/** A parsed file: its names, and what uses them. */
export interface SourceModule {
  readonly code: string;
  readonly program: Program;
  readonly functions: readonly FunctionLike[];
  readonly classes: readonly Class[];
  readonly calls: readonly CallExpression[];
  /** Object properties and methods of the name `useFactory`, and the like. */
  readonly properties: readonly Extract<Node, { type: 'Property'; kind: 'init' | 'get' | 'set' }>[];
  /** Each `import.meta.url`. */
  readonly moduleUrls: readonly MemberExpression[];
  readonly references: readonly Reference[];
  referencesIn(node: Node): readonly Reference[];
  parentOf(node: Node): Node | undefined;
  usesOf(binding: Binding): readonly Reference[];
  /** The value that a name stands for around a function or class. */
  valueAround(node: FunctionLike | Class, name: string): Binding | undefined;
  /** The type that a name stands for around a function or class. */
  typeAround(node: FunctionLike | Class, name: string): Binding | undefined;
  bindingOf(identifier: Node): Binding | undefined;
  /** Each `this`. */
  readonly receivers: readonly Node[];
  /** What a pattern or parameter declares, as far as it is used. */
  bindingsIn(pattern: Node): readonly Binding[];
  topLevel(name: string): Binding | undefined;
  topLevelType(name: string): Binding | undefined;
  /** The locals of enclosing functions that a function uses, and their `this`. */
  capturesOf(fn: FunctionLike): string[];
  lineOf(node: Node): number;
}

export const topLevelScope = '';

class Scopes extends ScopeTracker {
  constructor() {
    super({ preserveExitedScopes: true });
  }

  find(space: 'scopes' | 'typeScopes', name: string, scope: string): Binding | undefined {
    for (let key = scope; ; key = key.slice(0, Math.max(0, key.lastIndexOf('-')))) {
      const found = this[space].get(key)?.get(name);
      if (found || key === topLevelScope) return found;
    }
  }
}

/** TypeScript that stays at run time; all else of it only names types. */
const runTimeSyntax =
  /^TS(As|Satisfies|NonNull|Instantiation|TypeAssertion|Enum|ModuleDecl|ModuleBlock|ParameterProp|ExportAssign|ImportEquals|ExternalModule)/;

function isTypeOnly(node: Node): boolean {
  if ('declare' in node && node.declare === true) return true;
  return node.type.startsWith('TS') && !runTimeSyntax.test(node.type);
}

/** Reads a file, or nothing if it has syntax errors: those are the compiler's to report. */
export function parseModule(code: string, fileName: string): SourceModule | undefined {
  const { program, errors } = parseSync(fileName, code, { preserveParens: false, sourceType: 'module' });
  if (errors.length > 0) return undefined;
  const scopes = new Scopes();
  walk(program, { scopeTracker: scopes });
  scopes.freeze();

  const parents = new Map<Node, Node>();
  const around = new Map<Node, string>();
  const bindings = new Map<Node, Binding>();
  const uses = new Map<Binding, Reference[]>();
  const references: Reference[] = [];
  const receivers: { node: Node; name: string }[] = [];
  const functions: FunctionLike[] = [];
  const classes: Class[] = [];
  const calls: CallExpression[] = [];
  const properties: SourceModule['properties'][number][] = [];
  const moduleUrls: MemberExpression[] = [];
  const scopeKeys: string[] = [];

  const refer = (node: Extract<Node, { type: 'Identifier' | 'JSXIdentifier' }>, parent: Node | null) => {
    const binding = scopes.getDeclaration(node.name) ?? undefined;
    if (binding?.node === node || !isReferenceIdentifier(node, parent)) return;
    if (parent?.type === 'ExportSpecifier') return;
    const reference: Reference = { node, name: node.name, binding };
    references.push(reference);
    if (!binding) return;
    bindings.set(node, binding);
    const known = uses.get(binding);
    if (known) known.push(reference);
    else uses.set(binding, [reference]);
  };

  walk(program, {
    scopeTracker: scopes,
    enter(node, parent) {
      const outside = scopeKeys.at(-1) ?? topLevelScope;
      scopeKeys.push(scopes.getCurrentScope());
      if (isTypeOnly(node)) return this.skip();
      if (parent) parents.set(node, parent);
      if (isFunction(node)) functions.push(node);
      else if (isClass(node)) classes.push(node);
      if (isFunction(node) || isClass(node)) around.set(node, outside);
      switch (node.type) {
        case 'Identifier':
        case 'JSXIdentifier':
          refer(node, parent);
          break;
        case 'ThisExpression':
          receivers.push({ node, name: 'this' });
          break;
        case 'Super':
          receivers.push({ node, name: 'super' });
          break;
        case 'MetaProperty':
          if (node.meta.name === 'new') receivers.push({ node, name: 'new.target' });
          else if (parent?.type === 'MemberExpression' && !parent.computed && parent.property.name === 'url')
            moduleUrls.push(parent);
          break;
        case 'CallExpression':
          calls.push(node);
          break;
        case 'Property':
          if (parent?.type === 'ObjectExpression') properties.push(node);
          break;
      }
    },
    leave() {
      scopeKeys.pop();
    },
  });

  references.sort((a, b) => a.node.start - b.node.start);
  const referencesIn = (node: Node): readonly Reference[] =>
    references.slice(
      firstFrom(references, startOf(node), ({ node: { start } }) => start),
      firstFrom(references, node.end, ({ node: { start } }) => start),
    );

  const receiverOwner = (node: Node): Node | undefined => {
    for (let at = parents.get(node); at; at = parents.get(at)) {
      if (at.type === 'FunctionDeclaration' || at.type === 'FunctionExpression') return at;
      if (at.type === 'PropertyDefinition' || at.type === 'AccessorProperty' || at.type === 'StaticBlock')
        return at;
    }
    return undefined;
  };

  const capturesOf = (fn: FunctionLike): string[] => {
    const names = new Set<string>();
    for (const { name, binding } of referencesIn(fn))
      if (binding && binding.scope !== topLevelScope && !contains(fn, binding.node)) names.add(name);
    for (const { node, name } of receivers) {
      if (!contains(fn, node)) continue;
      const owner = receiverOwner(node);
      // `super` belongs to the object around a method, the others to the function itself.
      if (owner && (!contains(fn, owner) || (owner === fn && name === 'super'))) names.add(name);
    }
    return [...names];
  };

  const ambient = ambientNames(program);
  const declaredAround = (
    node: Node,
    space: 'scopes' | 'typeScopes',
    name: string,
    ambientHere: ReadonlySet<string>,
  ): Binding | undefined => {
    const found = scopes.find(space, name, around.get(node) ?? topLevelScope);
    return found?.scope === topLevelScope && ambientHere.has(name) ? undefined : found;
  };

  const lineStarts = [0];
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) lineStarts.push(at + 1);

  return {
    code,
    program,
    functions,
    classes,
    calls,
    properties,
    moduleUrls,
    references,
    referencesIn,
    parentOf: (node) => parents.get(node),
    usesOf: (binding) => uses.get(binding) ?? [],
    valueAround: (node, name) => declaredAround(node, 'scopes', name, ambient.all),
    typeAround: (node, name) => declaredAround(node, 'typeScopes', name, ambient.classes),
    bindingOf: (identifier) => bindings.get(identifier),
    receivers: receivers.filter(({ name }) => name === 'this').map(({ node }) => node),
    bindingsIn: (pattern) =>
      [...uses.keys()].filter(({ node }) => pattern.start <= node.start && node.end <= pattern.end),
    topLevel: (name) => scopes.find('scopes', name, topLevelScope),
    topLevelType: (name) => scopes.find('typeScopes', name, topLevelScope),
    capturesOf,
    lineOf: (node) => firstFrom(lineStarts, node.start + 1, (start) => start),
  };
}

/** The index of the first item, in a list sorted by position, that stands at a position or behind it. */
function firstFrom<T>(items: readonly T[], position: number, positionOf: (item: T) => number): number {
  let low = 0;
  for (let high = items.length; low < high; ) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && positionOf(item) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
