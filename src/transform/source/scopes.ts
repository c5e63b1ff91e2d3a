import type {
  Function as FunctionNode,
  ImportDeclaration,
  ImportDeclarationSpecifier,
  Node,
  TSTypeAliasDeclaration,
} from 'oxc-parser';

/** A place where the source uses the value of a name. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** The scope around it. */
  readonly scope: Scope;
  /** What it stands for, which is known when all is read; `undefined` for a global. */
  binding: Binding | undefined;
}

/** What declares a name: the node that does, and the kind of it as far as anything depends on that. */
export type Declared =
  | {
      readonly type: 'Import';
      readonly node: ImportDeclarationSpecifier;
      readonly importNode: ImportDeclaration;
    }
  | { readonly type: 'Function'; readonly node: FunctionNode }
  | { readonly type: 'Alias'; readonly node: Node; readonly alias: TSTypeAliasDeclaration }
  | { readonly type: 'FunctionParam' | 'Name'; readonly node: Node };

/** A name in the scope that declares it. */
export type Binding = Declared & {
  readonly scope: Scope;
  /** Where its value is used, in source order; made for the first. */
  uses: Reference[] | undefined;
};

/** Where names are declared: a module, a function, a block, … A name may be that of a value, of a type, or of both. */
export class Scope {
  readonly outer: Scope | undefined;
  /** The module's own, which is in no function or block. */
  readonly isTopLevel: boolean;
  /** How many scopes are around it. */
  readonly depth: number;
  /** Where a `var` is declared. */
  readonly ofVars: Scope;
  #values: Map<string, Binding> | undefined;
  #types: Map<string, Binding> | undefined;

  constructor(outer: Scope | undefined, holdsVars: boolean) {
    this.outer = outer;
    this.isTopLevel = outer === undefined;
    this.depth = outer ? outer.depth + 1 : 0;
    this.ofVars = outer && !holdsVars ? outer.ofVars : this;
  }

  declare(name: string, declared: Declared, as: 'value' | 'type' | 'both' = 'value'): void {
    // One shape for all kinds, written out: a spread takes as long as all else of this.
    const binding = {
      type: declared.type,
      node: declared.node,
      importNode: declared.type === 'Import' ? declared.importNode : undefined,
      alias: declared.type === 'Alias' ? declared.alias : undefined,
      scope: this,
      uses: undefined,
    } as Binding; // as it was declared
    if (as !== 'type') {
      this.#values ??= new Map();
      this.#values.set(name, binding);
    }
    if (as !== 'value') {
      this.#types ??= new Map();
      this.#types.set(name, binding);
    }
  }

  /** The value that a name stands for. Ask when all is read: a name may be declared behind its use. */
  value(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const found = scope.#values?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** The type that a name stands for. */
  type(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const found = scope.#types?.get(name);
      if (found) return found;
    }
    return undefined;
  }
}
