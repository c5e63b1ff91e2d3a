import {
  type Class,
  type Comment,
  type Node,
  type ParseResult,
  type Program,
  parseSync,
  type TSTypeAliasDeclaration,
} from 'oxc-parser';
import { type Reference, type References, readReferences } from './references.js';
import { type Binding, topLevelScope } from './scopes.js';
import { readSource, type SourceParts } from './source-walk.js';
import { contains, type FunctionLike, startOf } from './syntax.js';

/** A parsed file: its names, and what uses them. */
export interface SourceModule extends SourceParts {
  readonly code: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Where parts of the code begin and end. */
  readonly positions: readonly number[];
  /** The local names of what the file imports from this package. */
  readonly ownImports: ReadonlySet<string>;
  readonly references: readonly Reference[];
  referencesIn(node: Node): readonly Reference[];
  parentOf(node: Node): Node | undefined;
  usesOf(binding: Binding): readonly Reference[];
  /** The scope that a function or class stands in. */
  scopeAround(node: FunctionLike | Class): string;
  /** The value that a name stands for in a scope. */
  valueIn(scope: string, name: string): Binding | undefined;
  /** The type that a name stands for in a scope. */
  typeIn(scope: string, name: string): Binding | undefined;
  /** The declaration of a type, if it is an alias. */
  aliasOf(type: Binding): TSTypeAliasDeclaration | undefined;
  bindingOf(identifier: Node): Binding | undefined;
  /** Each `this`. */
  readonly receivers: readonly Node[];
  /** What a pattern or parameter declares, as far as it is used. */
  bindingsIn(pattern: Node): readonly Binding[];
  topLevel(name: string): Binding | undefined;
  /** The locals of enclosing functions that a function uses, and their `this`. */
  capturesOf(fn: FunctionLike): string[];
  lineOf(node: Node): number;
}

/** Parses a file; nothing if it has syntax errors. */
export function parse(code: string, fileName: string): ParseResult | undefined {
  const parsed = parseSync(fileName, code, { preserveParens: false, sourceType: 'module' });
  return parsed.errors.length > 0 ? undefined : parsed;
}

/** Finds out what the names in a program stand for. */
export function readModule(code: string, parsed: ParseResult): SourceModule {
  const { program } = parsed;
  const walked = readSource(program);
  const { scopes, receivers, parentOf, aliases, functions, classes, calls, properties, moduleUrls } = walked;
  // Found when first asked for: many files are decided without.
  let found: References | undefined;
  const names = (): References => {
    found ??= readReferences(walked);
    return found;
  };
  const referencesIn = (node: Node): readonly Reference[] =>
    names().all.slice(
      firstFrom(names().all, startOf(node), ({ node: { start } }) => start),
      firstFrom(names().all, node.end, ({ node: { start } }) => start),
    );

  const receiverOwner = (node: Node): Node | undefined => {
    for (let at = parentOf(node); at; at = parentOf(at)) {
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
    positions: walked.positions,
    ownImports: ownImports(program),
    get references() {
      return names().all;
    },
    referencesIn,
    parentOf,
    scopeAround: walked.scopeAround,
    usesOf: (binding) => names().uses.get(binding) ?? [],
    valueIn: (scope, name) => scopes.find('scopes', name, scope),
    typeIn: (scope, name) => scopes.find('typeScopes', name, scope),
    aliasOf: ({ node }) => aliases.get(node),
    bindingOf: (identifier) => names().bindings.get(identifier),
    receivers: receivers.filter(({ name }) => name === 'this').map(({ node }) => node),
    bindingsIn: (pattern) =>
      [...names().uses.keys()].filter(({ node }) => pattern.start <= node.start && node.end <= pattern.end),
    topLevel: (name) => scopes.find('scopes', name, topLevelScope),
    capturesOf,
    lineOf: (node) => firstFrom(lineStarts, node.start + 1, (start) => start),
    get comments() {
      return parsed.comments; // asked for seldom, and made when asked for
    },
  };
}

/** The local names of what a file imports from this package. */
function ownImports(program: Program): Set<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.source.value !== 'offstage') continue;
    for (const { local } of statement.specifiers) names.add(local.name);
  }
  return names;
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
