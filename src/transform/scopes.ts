import type { Node } from 'oxc-parser';
import { ScopeTracker, type ScopeTrackerNode } from 'oxc-walker';

/** What declares a name. */
export type Binding = ScopeTrackerNode;

export const topLevelScope = '';

/** The names of a file by the scope that declares them. A scope's key begins with the one around it. */
export class Scopes extends ScopeTracker {
  constructor() {
    super({ preserveExitedScopes: true });
  }

  enter(node: Node): void {
    this.processNodeEnter(node);
  }

  leave(node: Node): void {
    this.processNodeLeave(node);
  }

  readonly #outer = new Map<string, string>();

  /** What a name stands for in a scope. Ask when all is read: a name may be declared behind its use. */
  find(space: 'scopes' | 'typeScopes', name: string, scope: string): Binding | undefined {
    for (let key = scope; ; key = this.#around(key)) {
      const found = this[space].get(key)?.get(name);
      if (found || key === topLevelScope) return found;
    }
  }

  /** Remembered, since a new string must be hashed anew. */
  #around(key: string): string {
    let outer = this.#outer.get(key);
    if (outer === undefined) {
      outer = key.slice(0, Math.max(0, key.lastIndexOf('-')));
      this.#outer.set(key, outer);
    }
    return outer;
  }
}
