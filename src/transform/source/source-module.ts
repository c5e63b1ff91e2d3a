import {
  type CallExpression,
  type Class,
  type Comment,
  type NewExpression,
  type Node,
  type ParseResult,
  type Program,
  parseSync,
} from 'oxc-parser';
import { once } from '../once.js';
import { readSource } from './node-rules.js';
import type { Places } from './places.js';
import { References } from './references.js';
import type { Binding, Reference, Scope } from './scopes.js';
import { SourceOrder } from './source-order.js';
import type { SourceParts } from './source-walk.js';
import { contains, type FunctionLike, isClass, memberName, unwrap } from './syntax.js';

/** A parsed file: its names, and what uses them. */
export interface SourceModule extends SourceParts {
  readonly code: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Where parts of the code begin and end. */
  readonly places: Places;
  /** The local names of what the file imports from this package. */
  readonly ownImports: ReadonlySet<string>;
  /** Those of which a value is used: the compiler drops the others. */
  readonly valueImports: ReadonlySet<Node>;
  /** The scope of the module itself. */
  readonly topLevel: Scope;
  readonly references: readonly Reference[];
  referencesIn(node: Node): readonly Reference[];
  parentOf(node: Node): Node | undefined;
  usesOf(binding: Binding): readonly Reference[];
  /** The scope that a function or class stands in. */
  scopeAround(node: FunctionLike | Class): Scope;
  bindingOf(identifier: Node): Binding | undefined;
  /** Each `this` and `super` in a node. */
  receiversIn(node: Node): readonly Node[];
  /** The calls in a node, that itself among them, also those with `new`. */
  callsIn(node: Node): readonly (CallExpression | NewExpression)[];
  /** The calls of methods of this name, also of private ones, whatever they are called on. */
  methodCalls(name: string): readonly CallExpression[];
  /** What a pattern, a parameter or a statement declares, as far as it is used. */
  bindingsIn(pattern: Node): readonly Binding[];
  /** The locals of enclosing functions that a function uses, their `this`, and private names of classes around. */
  capturesOf(fn: FunctionLike): string[];
  lineOf(node: Node): number;
}

/** Parses a file, and tells its syntax errors. */
export function parseWithErrors(code: string, fileName: string): ParseResult {
  return parseSync(fileName, code, { preserveParens: false, sourceType: 'module' });
}

/** Parses a file; nothing if it has syntax errors. */
export function parse(code: string, fileName: string): ParseResult | undefined {
  const parsed = parseWithErrors(code, fileName);
  return parsed.errors.length > 0 ? undefined : parsed;
}

/** Finds out what the names in a program stand for. */
export function readModule(code: string, parsed: ParseResult): SourceModule {
  const { program } = parsed;
  const walk = readSource(program);
  // Found when first asked for: many files are decided without.
  const names = once(() => new References(walk.references));
  const valueImports = once(
    () =>
      new Set(names().all.flatMap(({ binding }) => (binding?.type === 'Import' ? binding.importNode : []))),
  );
  const calls = once(() => new SourceOrder(walk.calls, ({ start }) => start));
  const methodCalls = once(() => callsByMethod(walk.calls));
  const receivers = once(() => new SourceOrder(walk.receivers, ({ node }) => node.start));
  const parentOf = (node: Node) => walk.parents.of(node);

  const receiverOwner = (node: Node): Node | undefined => {
    for (let at = parentOf(node); at; at = parentOf(at)) {
      if (at.type === 'FunctionDeclaration' || at.type === 'FunctionExpression') return at;
      if (at.type === 'PropertyDefinition' || at.type === 'AccessorProperty' || at.type === 'StaticBlock')
        return at;
    }
    return undefined;
  };

  const privateOwner = (node: Node, name: string): Node | undefined => {
    for (let at = parentOf(node); at; at = parentOf(at)) if (isClass(at) && hasPrivate(at, name)) return at;
    return undefined;
  };

  const capturesOf = (fn: FunctionLike): string[] => {
    const captured = new Set<string>();
    // A function of the top level has nothing around it but the module.
    const inner = walk.scopeAround(fn).isTopLevel ? [] : names().in(fn);
    for (const { name, binding } of inner)
      if (binding && !binding.scope.isTopLevel && !contains(fn, binding.node)) captured.add(name);
    for (const { node, name } of receivers().in(fn)) {
      const owner = name.startsWith('#') ? privateOwner(node, name) : receiverOwner(node);
      // `super` belongs to the object around a method, the others to the function itself.
      if (owner && (!contains(fn, owner) || (owner === fn && name === 'super'))) captured.add(name);
    }
    return [...captured];
  };

  return {
    code,
    program,
    functions: walk.functions,
    classes: walk.classes,
    calls: walk.calls,
    properties: walk.properties,
    moduleUrls: walk.moduleUrls,
    places: walk.places,
    ownImports: ownImports(program),
    get valueImports() {
      return valueImports();
    },
    topLevel: walk.topLevel,
    get references() {
      return names().all;
    },
    referencesIn: (node) => names().in(node),
    parentOf,
    scopeAround: (node) => walk.scopeAround(node),
    usesOf: (binding) => (names() && binding.uses) ?? [],
    bindingOf: (identifier) => names().bindingOf(identifier),
    receiversIn: (node) =>
      receivers()
        .in(node)
        .flatMap(({ node, name }) => (name === 'this' || name === 'super' ? node : [])),
    callsIn: (node) =>
      calls()
        .in(node)
        .filter(({ end }) => end <= node.end),
    methodCalls: (name) => methodCalls().get(name) ?? [],
    bindingsIn: (pattern) => names().declaredIn(pattern),
    capturesOf,
    lineOf: lineCounter(code),
    get comments() {
      return parsed.comments; // asked for seldom, and made when asked for
    },
  };
}

function callsByMethod(
  calls: readonly (CallExpression | NewExpression)[],
): ReadonlyMap<string, readonly CallExpression[]> {
  const byMethod = new Map<string, CallExpression[]>();
  for (const call of calls) {
    const name = memberName(unwrap(call.callee));
    if (name === undefined || call.type !== 'CallExpression') continue;
    const others = byMethod.get(name);
    if (others) others.push(call);
    else byMethod.set(name, [call]);
  }
  return byMethod;
}

function hasPrivate({ body }: Class, name: string): boolean {
  return body.body.some(
    (member) => 'key' in member && member.key.type === 'PrivateIdentifier' && `#${member.key.name}` === name,
  );
}

/** Counts the lines up to a node. What is asked for in source order is counted once. */
function lineCounter(code: string): (node: Node) => number {
  let line = 1;
  let next = 0;
  return ({ start }) => {
    if (start < next) [line, next] = [1, 0];
    for (let at = code.indexOf('\n', next); at !== -1 && at < start; at = code.indexOf('\n', next)) {
      line++;
      next = at + 1;
    }
    return line;
  };
}

/** The local names of what a file imports from this package. */
function ownImports(program: Program): Set<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || !/^offstage(\/\w+)?$/.test(statement.source.value))
      continue;
    for (const { local } of statement.specifiers) names.add(local.name);
  }
  return names;
}
