import type { Node } from 'oxc-parser';
import type { Binding } from './scopes.js';
import type { SourceWalk } from './source-walk.js';

/** A place where the source uses the value of a name. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** `undefined` for a global. */
  readonly binding: Binding | undefined;
}

/** What the names of a file stand for. */
export interface References {
  /** In source order. */
  readonly all: readonly Reference[];
  readonly bindings: ReadonlyMap<Node, Binding>;
  readonly uses: ReadonlyMap<Binding, readonly Reference[]>;
}

export function readReferences({ scopes, identifiers }: SourceWalk): References {
  const bindings = new Map<Node, Binding>();
  const uses = new Map<Binding, Reference[]>();
  const all: Reference[] = [];
  for (const use of identifiers) {
    const { node } = use;
    const binding = scopes.find('scopes', use.name, use.scope);
    if (binding?.node === node) continue;
    use.binding = binding;
    all.push(use);
    if (!binding) continue;
    bindings.set(node, binding);
    const known = uses.get(binding);
    if (known) known.push(use);
    else uses.set(binding, [use]);
  }
  all.sort((a, b) => a.node.start - b.node.start);
  return { all, bindings, uses };
}
