import type { CallExpression, Class, MemberExpression, NewExpression, Node } from 'oxc-parser';
import { Parents } from './parents.js';
import { Places } from './places.js';
import { type Declared, type Reference, Scope } from './scopes.js';
import { type FunctionLike, isClass, isFunction } from './syntax.js';

/** The parts of a file that the transform asks for, each in source order. */
export interface SourceParts {
  readonly functions: readonly FunctionLike[];
  readonly classes: readonly Class[];
  /** Also those with `new`. */
  readonly calls: readonly (CallExpression | NewExpression)[];
  /** The properties and methods of object literals. */
  readonly properties: readonly ObjectProperty[];
  /** Each `import.meta.url`. */
  readonly moduleUrls: readonly MemberExpression[];
}

type ObjectProperty = Extract<Node, { type: 'Property'; kind: 'init' | 'get' | 'set' }>;

/** A `this`, `super`, `arguments` or `new.target`, or a private name where it is asked for. */
interface Receiver {
  readonly node: Node;
  readonly name: 'this' | 'super' | 'arguments' | 'new.target' | `#${string}`;
}

/** What has the names of a pattern: the parameters of a function, a `var`, or the block around. */
export type Holder = 'function' | 'vars' | 'block';

/** What a walk does with a node of some kind, and so with the nodes in it. */
export type Rule = (node: Node, walk: SourceWalk, parent: Node) => void;

export type Rules = {
  readonly [Type in Node['type']]?: (node: Node & { type: Type }, walk: SourceWalk, parent: Node) => void;
};

/** The rule for what has nothing in it, and is never asked for what it stands in. */
export const leaf: Rule = () => {};

/** One walk through a file: what it has met, and the scope that it is in. */
export class SourceWalk implements SourceParts {
  readonly functions: FunctionLike[] = [];
  readonly classes: Class[] = [];
  readonly calls: (CallExpression | NewExpression)[] = [];
  readonly properties: ObjectProperty[] = [];
  readonly moduleUrls: MemberExpression[] = [];
  readonly receivers: Receiver[] = [];
  /** What may use the value of a name. What each stands for is not known yet. */
  readonly references: Reference[] = [];
  readonly parents = new Parents();
  /** Where parts of the code begin and end: what a source map has to tell apart. */
  readonly places: Places;
  readonly topLevel = new Scope(undefined, true);
  readonly #around = new Map<Node, Scope>();
  #scope = this.topLevel;

  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(rules: ReadonlyMap<string, Rule>, length: number) {
    this.places = new Places(length);
    this.#rules = rules;
  }

  /** The scope in which a function or class stands. */
  scopeAround(node: FunctionLike | Class): Scope {
    return this.#around.get(node) ?? this.topLevel;
  }

  visit(node: Node | null | undefined, parent: Node): void {
    if (!node) return;
    const rule = this.#rules.get(node.type);
    this.mark(node);
    if (rule === leaf) return;
    this.parents.add(node, parent);
    if (rule) rule(node, this, parent);
    else if (!node.type.startsWith('TS')) this.children(node); // TypeScript that has no rule only names types
  }

  visitAll(nodes: readonly (Node | null)[], parent: Node): void {
    for (const node of nodes) this.visit(node, parent);
  }

  children(node: Node): void {
    for (const key in node) {
      const child: unknown = node[key as keyof Node];
      if (typeof child !== 'object' || child === null) continue;
      if (Array.isArray(child)) {
        for (const item of child) if (isNode(item)) this.visit(item, node);
      } else if (isNode(child)) this.visit(child, node);
    }
  }

  /** Notes what declares a name, or is part of that. */
  place(node: Node, parent: Node): void {
    this.mark(node);
    this.parents.add(node, parent);
  }

  /** Notes only where a node begins: nothing else of it is asked for. */
  mark(node: Node | null | undefined): void {
    if (node) this.places.add(node.start);
  }

  /** A property's own name, unless it is computed, is no name that stands for something. */
  key(node: Node & { key: Node; computed: boolean }): void {
    if (node.computed) this.visit(node.key, node);
    else this.mark(node.key);
  }

  /** Notes a name where its value is used. */
  use(node: Node & { name: string }): void {
    if (node.name === 'arguments') this.receivers.push({ node, name: 'arguments' });
    else this.references.push({ node, name: node.name, scope: this.#scope, binding: undefined });
  }

  declare(name: string, declared: Declared, as?: 'value' | 'type' | 'both'): void {
    this.#scope.declare(name, declared, as);
  }

  /** A name of a pattern. */
  declarePart(node: Node & { name: string }, holder: Holder): void {
    const scope = holder === 'vars' ? this.#scope.ofVars : this.#scope;
    scope.declare(node.name, { type: holder === 'function' ? 'FunctionParam' : 'Name', node });
  }

  /** Notes a function or class, and the scope around it. */
  meet(node: FunctionLike | Class): void {
    if (isClass(node)) this.classes.push(node);
    else if (isFunction(node)) this.functions.push(node);
    this.#around.set(node, this.#scope);
  }

  /** Begins a scope; {@link close} ends it. */
  open(holdsVars = false): void {
    this.#scope = new Scope(this.#scope, holdsVars);
  }

  close(): void {
    this.#scope = this.#scope.outer ?? this.topLevel;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
