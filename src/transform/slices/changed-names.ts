import { isBuiltin } from 'node:module';
import type { Node } from 'oxc-parser';
import type { Binding, Reference } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { unwrap } from '../source/syntax.js';
import { declaratorOf } from '../state/immutability.js';
import { words } from '../state/known-functions.js';
import { onlyDeclares } from '../state/purity.js';
import type { TopLevel } from '../state/top-level.js';

/** What makes something of its own, instead of naming what there is. */
const makers = words(
  'ArrayExpression ObjectExpression NewExpression CallExpression ArrowFunctionExpression FunctionExpression ClassExpression',
);

/**
 * What a changed name stands for. `data`: what this file has made of literals, collections and its own classes; `part`:
 * something in it; `package`: the export of one; `other`: of its methods nobody knows what else they start.
 */
export type Kind = 'data' | 'part' | 'package' | 'other';

/** Whether it is known what becomes of it. */
export function isOwn(kind: Kind): boolean {
  return kind === 'data' || kind === 'part';
}

/** Tells what the names stand for that statements of the top level change. */
export class ChangedNames {
  readonly #module: SourceModule;
  readonly #topLevel: TopLevel;

  constructor(module: SourceModule, topLevel: TopLevel) {
    this.#module = module;
    this.#topLevel = topLevel;
  }

  /** Of a name for a part of something else, as `const { list } = table`: the name of that, and so on. */
  sourcesOf({ binding }: Reference): string[] {
    const source = this.#sourceOf(binding);
    return source ? [source.name, ...this.sourcesOf(source)] : [];
  }

  #sourceOf(binding: Binding | undefined): Reference | undefined {
    const declared = binding && declaratorOf(this.#module, binding);
    if (declared?.type !== 'VariableDeclarator' || !declared.init) return undefined;
    let root: Node = unwrap(declared.init);
    if (root.type === 'Identifier' && declared.id.type === 'Identifier') return undefined; // the very same
    while (root.type === 'MemberExpression') root = unwrap(root.object);
    const source = root.type === 'Identifier' ? this.#module.bindingOf(root) : undefined;
    // Of what stands before it: else a name could lead to itself.
    if (!source?.scope.isTopLevel || source.node.start >= declared.start) return undefined;
    return this.#module.usesOf(source).find(({ node }) => node === root);
  }

  kindOf({ name, binding }: Reference): Kind {
    const source = this.#sourceOf(binding);
    if (source) return isOwn(this.kindOf(source)) ? 'part' : 'other';
    if (binding?.type === 'Import') {
      const specifier = binding.importNode.source.value;
      return /^[./#]|^[a-z]+:|^offstage$/.test(specifier) || isBuiltin(specifier) ? 'other' : 'package';
    }
    const made = this.#topLevel.unitsOf(name).every((unit) => {
      if (unit.kind !== 'variable') return unit.kind !== 'statement';
      if (unit.node.type !== 'VariableDeclarator' || !unit.node.init) return false;
      return makers.has(unwrap(unit.node.init).type) && onlyDeclares(this.#module, unit);
    });
    return made ? 'data' : 'other';
  }
}
