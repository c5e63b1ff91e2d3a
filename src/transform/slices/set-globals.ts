import type { Node } from 'oxc-parser';
import type { Reference } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isTypeWrapper, memberName, propertyName, unwrap } from '../source/syntax.js';
import { isWritten } from '../state/assignments.js';
import { calleePath } from '../state/purity.js';

/** `config.level` for `globalThis.config.level`, and for that name alone. */
export type GlobalPath = readonly string[];

interface GlobalUse {
  readonly path: GlobalPath;
  readonly isSet: boolean;
}

/** The globals that are set as members of the global object where that stands. */
export function globalsSetAt(module: SourceModule, reference: Reference): readonly GlobalPath[] {
  if (!isGlobalObject(reference)) return [];
  const use = useOf(module, reference);
  if (use) return use.isSet ? [use.path] : [];
  return namesDefinedOn(module, reference.node).map((name) => [name]);
}

/** Whether what is set is what a place uses, or a part of it, or has it as a part. */
export function usesGlobal(module: SourceModule, reference: Reference, set: GlobalPath): boolean {
  const used = useOf(module, reference)?.path;
  if (!used) return false;
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

/** Of `Object.assign(globalThis, { a, b })` and `Object.defineProperty(globalThis, 'a', …)`, as far as they stand there. */
function namesDefinedOn(module: SourceModule, object: Node): string[] {
  let node = object;
  let call = module.parentOf(node);
  for (; call && isTypeWrapper(call); call = module.parentOf(node)) node = call;
  if (call?.type !== 'CallExpression' || call.arguments[0] !== node) return [];
  const [, ...given] = call.arguments.map((argument) => unwrap(argument));
  const path = calleePath(module, call.callee);
  if (path === 'Object.assign') {
    const properties = given.flatMap((source) =>
      source.type === 'ObjectExpression' ? source.properties : [],
    );
    return properties.flatMap((one) => (one.type === 'Property' ? propertyName(one) : undefined) ?? []);
  }
  const isSetter = /^(?:(?:Object|Reflect)\.defineProperty|Reflect\.set)$/.test(path ?? '');
  const [name] = given;
  return isSetter && name?.type === 'Literal' && typeof name.value === 'string' ? [name.value] : [];
}
