import type { Class, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass, propertyName, unwrap } from '../source/syntax.js';
import { standsAtTop, type TopLevel } from '../state/top-level.js';
import type { Importer } from '../types/package-run-time.js';
import { type ReadParameter, readParameters } from '../types/parameter-types.js';
import { askedFunctions, functionsPassed } from './asked-functions.js';
import { registeredClasses } from './registered-classes.js';
import { threadLocalClasses } from './thread-local-classes.js';

/** How a declaration gets into the code without changing what the code does. */
type Placement =
  /** A hoisted function of the top level: before anything runs. */
  | { readonly at: 'header'; readonly anonymous: boolean }
  /** A hoisted function in a block: before all statements of the block. */
  | { readonly at: 'block'; readonly block: Node }
  /** A hoisted function in a case of a `switch`: before the first statement of each case that uses it. */
  | { readonly at: 'cases'; readonly starts: readonly Node[] }
  | { readonly at: 'after'; readonly statement: Node }
  /** An expression that no variable names: around itself. */
  | { readonly at: 'around' }
  /** A class that takes its name from its place, maybe before its static parts run: first in itself. */
  | { readonly at: 'inside' }
  /** A method of an object literal: around the property. */
  | { readonly at: 'method'; readonly property: Node }
  /** A decorated method of a class: by a decorator that is applied first, so that it sees the method itself. */
  | { readonly at: 'decorator'; readonly behind: Node };

/** A function or class that the transform may declare. */
export interface Subject {
  readonly node: FunctionLike | Class;
  /** The name it has at run time, `''` for an anonymous argument. */
  readonly name: string;
  /** The identifier that holds it, where one does. */
  readonly reference: string | undefined;
  readonly placement: Placement;
  readonly topLevel: boolean;
  readonly exported: boolean;
  /** Where it stands in, or is named in, a call that takes functions to inject. */
  readonly askedAt: readonly Node[];
  /** Whether this file adds it to a Background, also as an argument of a task, or names it as a task. */
  readonly task: boolean;
  readonly parameters: readonly ReadParameter[] | undefined;
}

/** Finds what can be declared, in source order. */
export function findSubjects(
  module: SourceModule,
  topLevel: TopLevel,
  importer: Importer,
): readonly Subject[] {
  const asked = askedFunctions(module);
  const passed = functionsPassed(module);
  const subjects: Subject[] = [];
  const known = new Set<Node>([...threadLocalClasses(module), ...registeredClasses(module)]);
  const add = (node: FunctionLike | Class) => {
    const places = asked.get(node) ?? [];
    if (places.length === 0 && isInner(module, node)) return;
    const askedAt = places.map(({ expression }) => expression);
    const place = placeOf(module, node);
    if (!place) return;
    if (!isClass(node) && askedAt.length === 0 && !place.topLevel && place.placement.at !== 'decorator')
      return;
    // A method that uses `super` is bound to its object.
    if (place.placement.at === 'method' && !isClass(node) && module.capturesOf(node).includes('super'))
      return;
    const parameters = readParameters(module, importer, node);
    if (isClass(node) && !isKnownClass(module, node, parameters) && !known.has(node)) return;
    const exported = place.topLevel && (topLevel.unitAt(node)?.exported ?? false);
    const task = passed.has(node) || places.some((place) => place.task);
    subjects.push({ node, ...place, exported, askedAt, task, parameters });
  };
  for (const node of module.functions) add(node);
  for (const node of module.classes) add(node);
  return subjects.sort((a, b) => a.node.start - b.node.start);
}

/** Whether something is injected into a class, or its name has a meaning on every thread. */
function isKnownClass(
  module: SourceModule,
  node: Class,
  parameters: readonly ReadParameter[] | undefined,
): boolean {
  return node.decorators.length > 0 || hasToken(parameters) || extendsError(module, node);
}

/** Whether a function stands in another, and is no method that a decorator may stand before: nobody finds it there. */
function isInner(module: SourceModule, node: FunctionLike | Class): boolean {
  if (isClass(node) || module.scopeAround(node).isTopLevel) return false;
  return module.parentOf(node)?.type !== 'MethodDefinition';
}

/** An error keeps its class on its way between threads, where both know it. What other files declare is told by its name. */
function extendsError(module: SourceModule, node: Class): boolean {
  const { id, superClass } = node;
  if (!superClass) return false;
  if ([id, superClass].some((named) => named && errorName.test(module.code.slice(named.start, named.end))))
    return true;
  const declared = module.bindingOf(superClass)?.node;
  const parent = declared && module.parentOf(declared);
  return (
    isClass(parent) && parent.id === declared && parent.start < node.start && extendsError(module, parent)
  ); // none extends itself
}
const errorName = /^[\w$.]*(?:Error|Exception)$/;

/** Whether something is injected into it, or it is given to what injects. */
export function isInjectable({ node, parameters, askedAt, task, placement }: Subject): boolean {
  if (isClass(node) || askedAt.length > 0 || task) return true;
  return placement.at === 'decorator' || hasToken(parameters);
}

export function hasToken(parameters: readonly ReadParameter[] | undefined): boolean {
  return parameters?.some((parameter) => parameter.token) ?? false;
}

function enclosingClass(module: SourceModule, member: Node): Class | undefined {
  const body = module.parentOf(member);
  const holder = body && module.parentOf(body);
  return isClass(holder) ? holder : undefined;
}

type Place = Pick<Subject, 'name' | 'reference' | 'placement' | 'topLevel'>;

function placeOf(module: SourceModule, node: FunctionLike | Class): Place | undefined {
  const parent = module.parentOf(node);
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    const topLevel = standsAtTop(module, node);
    const statement = parent?.type.startsWith('Export') ? parent : node;
    const anonymous = node.id === null;
    const reference = node.id?.name;
    const at = (placement: Placement): Place => ({
      name: reference ?? 'default',
      reference,
      topLevel,
      placement,
    });
    if (anonymous && isUndecoratedClass(node)) return at({ at: 'inside' });
    if (node.type === 'ClassDeclaration') return at({ at: 'after', statement });
    if (topLevel) return at({ at: 'header', anonymous });
    const block = parent?.type.startsWith('Export') ? module.parentOf(parent) : parent;
    if (block?.type === 'BlockStatement' || block?.type === 'TSModuleBlock' || block?.type === 'StaticBlock')
      return at({ at: 'block', block });
    if (block?.type !== 'SwitchCase') return undefined;
    return at({ at: 'cases', starts: startsOfCases(module, block, node) });
  }
  return placeOfExpression(module, node);
}

/** What decorators make of a class may be another one. */
function isUndecoratedClass(node: FunctionLike | Class): boolean {
  return isClass(node) && node.decorators.length === 0;
}

/** The first statements of the cases that use a function which one of them declares. */
function startsOfCases(module: SourceModule, own: Node, fn: Node): Node[] {
  const statement = module.parentOf(own);
  const cases = statement?.type === 'SwitchStatement' ? statement.cases : [];
  return cases.flatMap((clause) => {
    const [first] = clause.consequent;
    const uses = clause === own || module.referencesIn(clause).some(({ binding }) => binding?.node === fn);
    return first && uses ? [first] : [];
  });
}

function placeOfExpression(module: SourceModule, node: FunctionLike | Class): Place {
  const own = node.id?.name;
  let outer = module.parentOf(node);
  while (outer && unwrap(outer) === node) outer = module.parentOf(outer);
  const around = (name: string | undefined, topLevel = false): Place => ({
    name: own ?? name ?? '',
    reference: undefined,
    topLevel,
    placement: { at: isUndecoratedClass(node) ? 'inside' : 'around' },
  });
  switch (outer?.type) {
    case 'VariableDeclarator': {
      if (outer.id.type !== 'Identifier') return around(undefined);
      const list = module.parentOf(outer);
      const holder = list && module.parentOf(list);
      const isExported = holder?.type === 'ExportNamedDeclaration';
      const reference = outer.id.name;
      // Of an inner function only its own text is lifted, so what declares it must be part of that.
      // What a namespace exports is compiled to an assignment to its member, which gives no name.
      if (!list || !standsAtTop(module, list)) return around(isExported ? undefined : reference);
      const statement = isExported ? holder : list;
      return { name: own ?? reference, reference, topLevel: true, placement: { at: 'after', statement } };
    }
    case 'Property': {
      const name = propertyName(outer);
      if (!outer.method) return around(name);
      return { ...around(name), placement: { at: 'method', property: outer } };
    }
    case 'MethodDefinition': {
      const behind = outer.decorators.at(-1);
      const name = propertyName(outer) ?? module.code.slice(outer.key.start - 1, outer.key.end + 1);
      // Legacy decorators cannot stand before a private method.
      if (!behind || outer.kind !== 'method' || outer.key.type === 'PrivateIdentifier') return around(name);
      const holder = enclosingClass(module, outer);
      const owner = holder && placeOf(module, holder)?.name;
      return { ...around(owner ? `${owner}.${name}` : name), placement: { at: 'decorator', behind } };
    }
    case 'PropertyDefinition':
      return around(propertyName(outer));
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return around(outer.left.type === 'Identifier' ? outer.left.name : undefined);
    case 'ExportDefaultDeclaration':
      return around('default', true);
    default:
      return around(undefined);
  }
}
