import type { Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isTypeWrapper } from '../source/syntax.js';
import { isReassigned } from './assignments.js';
import { Changes } from './changes.js';
import { holds } from './immutability.js';
import { isMadeOnlyOnce } from './once-only.js';
import { isSteppingPattern } from './stepping-patterns.js';

/** Tells which top-level bindings are state: a copy of them, on another thread, would go its own way. */
export class ModuleState {
  readonly #module: SourceModule;
  readonly #known = new Map<Binding, boolean>();

  constructor(module: SourceModule) {
    this.#module = module;
  }

  isState(binding: Binding): boolean {
    let known = this.#known.get(binding);
    if (known === undefined) {
      known = this.#findOut(binding);
      this.#known.set(binding, known);
    }
    return known;
  }

  /** Whether what stands around a name may change what it stands for. */
  isChangedAt(name: Node): boolean {
    return new Changes(this.#module).mayChange(name, 'self');
  }

  isReassigned(binding: Binding): boolean {
    return isReassigned(this.#module, binding);
  }

  #findOut(binding: Binding): boolean {
    if (binding.type === 'Import') return false;
    if (this.isReassigned(binding)) return true;
    if (isMadeOnlyOnce(this.#module, binding)) return true;
    if (isSteppingPattern(this.#module, binding)) return true;
    const content = holds(this.#module, binding);
    if (content === 'value') return false;
    const changes = new Changes(this.#module, content === 'kept');
    return this.#module.usesOf(binding).some(({ node }) => {
      if (content === 'code') return this.#isLookedInto(node) && changes.mayChange(node, 'code');
      return changes.mayChange(node, content === 'kept' ? 'part' : 'self');
    });
  }

  /** Whether more is done with a function or class than to call it. */
  #isLookedInto(node: Node): boolean {
    const parent = this.#module.parentOf(node);
    if (parent && isTypeWrapper(parent)) return this.#isLookedInto(parent);
    const isCall = parent?.type === 'CallExpression' || parent?.type === 'NewExpression';
    return isCall ? parent.callee !== node : parent?.type === 'MemberExpression';
  }
}
