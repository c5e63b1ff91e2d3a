import type { Node } from 'oxc-parser';

/** What each node stands in. Found by its position: a map by nodes would take as long as all else of the walk. */
export class Parents {
  readonly #nodes: Node[] = [];
  readonly #parents: Node[] = [];
  /** The last node, by the lower bits of its start; made when first asked for. */
  #last: Int32Array | undefined;
  /** The one before it with the same bits. */
  #previous = new Int32Array();

  add(node: Node, parent: Node): void {
    this.#nodes.push(node);
    this.#parents.push(parent);
  }

  of(node: Node): Node | undefined {
    const last = this.#last ?? this.#index();
    let at = last[node.start & (last.length - 1)] ?? -1;
    while (at !== -1 && this.#nodes[at] !== node) at = this.#previous[at] ?? -1;
    return this.#parents[at];
  }

  #index(): Int32Array {
    const nodes = this.#nodes;
    const last = new Int32Array(2 ** Math.ceil(Math.log2(nodes.length + 1))).fill(-1);
    this.#previous = new Int32Array(nodes.length);
    for (let at = 0; at < nodes.length; at++) {
      const slot = (nodes[at]?.start ?? 0) & (last.length - 1);
      this.#previous[at] = last[slot] ?? -1;
      last[slot] = at;
    }
    this.#last = last;
    return last;
  }
}
