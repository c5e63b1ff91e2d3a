import type { Node } from 'oxc-parser';
import type { Binding, Reference } from './scopes.js';
import { startOf } from './syntax.js';

/** The names of a file where they are used, and what they stand for. */
export class References {
  /** In source order. */
  readonly all: readonly Reference[];
  /** What is used, in the order of its declarations. */
  readonly #used: readonly Binding[];

  constructor(references: readonly Reference[]) {
    this.all = [...references].sort(byPosition);
    const used: Binding[] = [];
    for (const use of this.all) {
      use.binding = use.scope.value(use.name);
      if (!use.binding) continue;
      if (use.binding.uses) {
        use.binding.uses.push(use);
        continue;
      }
      use.binding.uses = [use];
      used.push(use.binding);
    }
    this.#used = used.sort(byPosition);
  }

  in(node: Node): readonly Reference[] {
    return this.all.slice(firstFrom(this.all, startOf(node)), firstFrom(this.all, node.end));
  }

  bindingOf(identifier: Node): Binding | undefined {
    const use = this.all[firstFrom(this.all, identifier.start)];
    return use?.node === identifier ? use.binding : undefined;
  }

  /** What a pattern or parameter declares, as far as it is used. */
  declaredIn({ start, end }: Node): readonly Binding[] {
    const declared = this.#used.slice(firstFrom(this.#used, start), firstFrom(this.#used, end));
    return declared.filter(({ node }) => node.end <= end);
  }
}

type Placed = { readonly node: Node };

function byPosition(a: Placed, b: Placed): number {
  return a.node.start - b.node.start;
}

/** The index of the first item, in source order, that stands at a position or behind it. */
function firstFrom(items: readonly Placed[], position: number): number {
  let low = 0;
  for (let high = items.length; low < high; ) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && item.node.start < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
