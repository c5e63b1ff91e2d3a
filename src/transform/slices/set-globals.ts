import type { Node } from 'oxc-parser';
import type { Reference } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isTypeWrapper, memberName } from '../source/syntax.js';
import { isWritten } from '../state/assignments.js';

/** A use of a global: `config.level` for `globalThis.config.level`, and for that name alone. */
interface GlobalUse {
  readonly path: readonly string[];
  readonly isSet: boolean;
}

/** Whether a global of these is set as a member of the global object. */
export function setsGlobal(module: SourceModule, reference: Reference): boolean {
  return isGlobalObject(reference) && (useOf(module, reference)?.isSet ?? false);
}

/** Whether what one place sets is what the other one uses, or a part of it, or has it as a part. */
export function usesGlobalOf(module: SourceModule, reference: Reference, setter: Reference): boolean {
  const used = useOf(module, reference)?.path;
  const set = useOf(module, setter)?.path;
  if (!used || !set) return false;
  return used.every((name, index) => index >= set.length || set[index] === name);
}

function isGlobalObject({ name, binding }: Reference): boolean {
  return !binding && (name === 'globalThis' || name === 'global');
}

function useOf(module: SourceModule, reference: Reference): GlobalUse | undefined {
  if (reference.binding) return undefined;
  const path = isGlobalObject(reference) ? [] : [reference.name];
  let node: Node = reference.node;
  let parent = module.parentOf(node);
  while (parent) {
    if (parent.type === 'MemberExpression' && parent.object === node) {
      const name = memberName(parent);
      if (name === undefined) break;
      path.push(name);
    } else if (!isTypeWrapper(parent) && parent.type !== 'ChainExpression') break;
    node = parent;
    parent = module.parentOf(node);
  }
  return path.length > 0 ? { path, isSet: isWritten(module, node) } : undefined;
}
