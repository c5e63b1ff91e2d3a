import type { Node } from 'oxc-parser';
import type { Binding, Reference } from './scopes.js';
import { SourceOrder } from './source-order.js';

/** The names of a file where they are used, and what they stand for. */
export class References {
  readonly #uses: SourceOrder<Reference>;
  readonly #used: SourceOrder<Binding>;

  constructor(references: readonly Reference[]) {
    this.#uses = new SourceOrder(references, ({ node }) => node.start);
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
    this.#used = new SourceOrder(used, ({ node }) => node.start);
  }

  /** In source order. */
  get all(): readonly Reference[] {
    return this.#uses.all;
  }

  in(node: Node): readonly Reference[] {
    return this.#uses.in(node);
  }

  bindingOf(identifier: Node): Binding | undefined {
    const use = this.#uses.from(identifier.start);
    return use?.node === identifier ? use.binding : undefined;
  }

  /** What a pattern, a parameter or a statement declares, as far as it is used. */
  declaredIn(pattern: Node): readonly Binding[] {
    return this.#used.in(pattern).filter(({ node }) => node.end <= pattern.end);
  }
}
