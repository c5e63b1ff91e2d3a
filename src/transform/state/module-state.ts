import type { CallExpression, Class, Node, ObjectExpression } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import {
  contains,
  type FunctionLike,
  isClass,
  isFunction,
  isTypeWrapper,
  memberName,
  propertyName,
  unwrap,
} from '../source/syntax.js';
import { isWritten } from './assignments.js';
import { givenBy, listsParts, passesParts } from './given-parts.js';
import { declaratorOf, holds } from './immutability.js';
import { pureConstructors, readingMethods } from './known-functions.js';
import { isMadeOnlyOnce } from './once-only.js';
import { calleePath, importOf, isPureBuiltinCall, isPureGlobalCall } from './purity.js';
import { isSteppingPattern } from './stepping-patterns.js';

/** How far changes are followed through aliases, parameters and methods. */
const depthLimit = 6;

/**
 * `self`: the object in question. `part`: something read from it, which may well be a string. `copy`: a list of its own,
 * of what was read.
 */
type Reach = 'self' | 'part' | 'copy';

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
      this.#known.set(binding, false); // for what refers to itself
      known = this.#findOut(binding);
      this.#known.set(binding, known);
    }
    return known;
  }

  isReassigned(binding: Binding): boolean {
    return this.#module.usesOf(binding).some(({ node }) => isWritten(this.#module, node));
  }

  #findOut(binding: Binding): boolean {
    if (binding.type === 'Import') return false;
    if (this.isReassigned(binding)) return true;
    if (isMadeOnlyOnce(this.#module, binding)) return true;
    if (isSteppingPattern(this.#module, binding)) return true;
    const content = holds(this.#module, binding);
    if (content === 'value') return false;
    return this.#module.usesOf(binding).some(({ node }) => {
      if (content === 'code' && !this.#isLookedInto(node)) return false;
      return this.#mayChange(node, 'self', 0);
    });
  }

  /** Whether what is called is made by a function of the module, and changes a local of that one. */
  #keepsState(called: Node, depth: number): boolean {
    const binding = this.#module.bindingOf(called);
    const declarator = binding && declaratorOf(this.#module, binding);
    const init =
      declarator?.type === 'VariableDeclarator' && declarator.init ? unwrap(declarator.init) : undefined;
    if (init?.type !== 'CallExpression') return false;
    const callee = unwrap(init.callee);
    const maker = isFunction(callee) ? callee : this.#calledFunction(callee);
    if (!maker) return false;
    return this.#module.referencesIn(maker).some(({ node, binding }) => {
      if (!binding || !contains(maker, binding.node) || !this.#isFarther(node, binding)) return false;
      return isWritten(this.#module, node) || this.#mayChange(node, 'self', depth + 1);
    });
  }

  /** Whether a name stands in a function that what it stands for does not: that may be called later, and often. */
  #isFarther(name: Node, { node: declared }: Binding): boolean {
    for (let at = this.#module.parentOf(name); at && !contains(at, declared); at = this.#module.parentOf(at))
      if (isFunction(at)) return true;
    return false;
  }

  #isLookedInto(node: Node): boolean {
    const parent = this.#module.parentOf(node);
    if (parent && isTypeWrapper(parent)) return this.#isLookedInto(parent);
    return parent?.type === 'MemberExpression';
  }

  #anyUseChanges(binding: Binding | undefined, reach: Reach, depth: number): boolean {
    if (!binding || depth > depthLimit) return true;
    return this.#module.usesOf(binding).some(({ node }) => this.#mayChange(node, reach, depth + 1));
  }

  /** Whether what stands around an expression may change the object that it gives. */
  #mayChange(node: Node, reach: Reach, depth: number): boolean {
    const parent = this.#module.parentOf(node);
    if (!parent || depth > depthLimit) return reach === 'self';
    if (isTypeWrapper(parent) || parent.type === 'ChainExpression')
      return this.#mayChange(parent, reach, depth);
    switch (parent.type) {
      case 'MemberExpression':
        return parent.object === node && this.#memberMayChange(node, parent, reach, depth);
      case 'CallExpression':
      case 'NewExpression': {
        if (reach !== 'self') return false;
        if (parent.callee === node) return this.#keepsState(node, depth);
        const index = parent.arguments.findIndex((argument) => Object.is(argument, node));
        if (index < 0) return false;
        if (index === 0 && listsParts(calleePath(this.#module, parent.callee) ?? ''))
          return this.#mayChange(parent, 'copy', depth + 1);
        return this.#argumentMayChange(parent, index, depth);
      }
      case 'VariableDeclarator':
        if (parent.init !== node) return false;
        return parent.id.type === 'Identifier'
          ? this.#namesMayChange(parent.id, reach, depth)
          : this.#namesMayChange(parent.id, 'part', depth);
      case 'AssignmentExpression':
        if (parent.right !== node) return false;
        if (parent.left.type !== 'Identifier') return reach === 'self';
        return this.#anyUseChanges(this.#module.bindingOf(parent.left), reach, depth);
      case 'AssignmentPattern':
        return parent.right === node && parent.left.type === 'Identifier'
          ? this.#namesMayChange(parent.left, reach, depth)
          : false;
      case 'ForOfStatement':
        if (parent.right !== node) return false;
        return parent.left.type === 'VariableDeclaration'
          ? parent.left.declarations.some(({ id }) => this.#namesMayChange(id, 'part', depth))
          : true;
      case 'ConditionalExpression':
        return parent.test !== node && this.#mayChange(parent, reach, depth);
      case 'LogicalExpression':
      case 'AwaitExpression':
      case 'ArrayExpression':
        return this.#mayChange(parent, reach, depth);
      case 'SpreadElement': {
        const list = this.#module.parentOf(parent);
        return (
          /^(Array|Object)Expression$/.test(list?.type ?? '') &&
          this.#mayChange(list ?? parent, 'copy', depth)
        );
      }
      case 'SequenceExpression':
        return parent.expressions.at(-1) === node && this.#mayChange(parent, reach, depth);
      case 'Property':
        return (
          parent.value === node && this.#mayChange(this.#module.parentOf(parent) ?? parent, reach, depth)
        );
      case 'ReturnStatement':
      case 'YieldExpression':
      case 'ThrowStatement':
      case 'PropertyDefinition':
      case 'TaggedTemplateExpression':
        return reach === 'self';
      case 'ArrowFunctionExpression':
        return parent.body === node && reach === 'self';
      case 'TemplateLiteral':
        return reach === 'self' && this.#module.parentOf(parent)?.type === 'TaggedTemplateExpression';
      default:
        return false;
    }
  }

  #memberMayChange(object: Node, member: Node, reach: Reach, depth: number): boolean {
    let access = member;
    let parent = this.#module.parentOf(access);
    while (parent && isTypeWrapper(parent)) {
      access = parent;
      parent = this.#module.parentOf(access);
    }
    if (isWritten(this.#module, access)) return reach !== 'copy';
    if (parent?.type === 'UnaryExpression') return parent.operator === 'delete' && reach !== 'copy';
    const name = memberName(member);
    if (parent?.type === 'CallExpression' && parent.callee === access) {
      if (reach !== 'copy' && this.#methodMayChange(object, name, depth)) return true;
      return name !== undefined && this.#partsMayChange(parent, name, depth + 1);
    }
    const isMethodOf =
      parent?.type === 'MemberExpression' && /^(apply|bind|call)$/.test(memberName(parent) ?? '');
    if (isMethodOf && reach !== 'copy' && this.#methodMayChange(object, name, depth)) return true;
    return this.#mayChange(access, this.#isObjectPart(object, name) ? 'self' : 'part', depth);
  }

  #methodMayChange(object: Node, name: string | undefined, depth: number): boolean {
    const holder = this.#holderOf(object);
    if (holder && name !== undefined) {
      const method = memberNamed(holder.node, name, holder.isStatic);
      if (method) return this.#mayChangeThis(method, depth + 1);
    }
    if (name === undefined)
      return !(holder?.node.type === 'ObjectExpression' && !this.#usesThis(holder.node));
    return !readingMethods.has(name);
  }

  /** Whether something changes what a method of the standard library gives of its object. */
  #partsMayChange(call: CallExpression, method: string, depth: number): boolean {
    const given = givenBy(method);
    if (given && this.#mayChange(call, given, depth)) return true;
    const [callback] = call.arguments;
    if (!callback || !passesParts(method) || !isFunction(callback)) return false;
    return callback.params.some((parameter) => this.#namesMayChange(parameter, 'part', depth));
  }

  /** The class or object literal whose members an expression has. */
  #holderOf(object: Node): { node: Class | ObjectExpression; isStatic: boolean } | undefined {
    if (object.type === 'ThisExpression') {
      for (let at = this.#module.parentOf(object); at; at = this.#module.parentOf(at)) {
        if (at.type === 'ObjectExpression') return { node: at, isStatic: true };
        if (isClass(at)) return { node: at, isStatic: false };
      }
      return undefined;
    }
    const binding = this.#module.bindingOf(object);
    if (!binding) return undefined;
    const declared = this.#module.parentOf(binding.node);
    if (isClass(declared)) return { node: declared, isStatic: true };
    const init = declared?.type === 'VariableDeclarator' && declared.init ? unwrap(declared.init) : undefined;
    if (init?.type === 'ObjectExpression') return { node: init, isStatic: true };
    if (init?.type !== 'NewExpression') return undefined;
    const callee = this.#module.bindingOf(init.callee);
    const made = callee && this.#module.parentOf(callee.node);
    return isClass(made) ? { node: made, isStatic: false } : undefined;
  }

  #mayChangeThis(method: Node, depth: number): boolean {
    if (depth > depthLimit) return true;
    return this.#module.receiversIn(method).some((node) => this.#mayChange(node, 'self', depth));
  }

  #usesThis(node: Node): boolean {
    return this.#module.receiversIn(node).length > 0;
  }

  /** Whether `name` of the object that an expression gives is an object by its initialiser. */
  #isObjectPart(object: Node, name: string | undefined): boolean {
    const holder = this.#holderOf(object);
    if (holder?.node.type !== 'ObjectExpression' || name === undefined) return false;
    const value = memberNamed(holder.node, name, true);
    return /^(Object|Array|New)Expression$/.test(value?.type ?? '');
  }

  #namesMayChange(pattern: Node, reach: Reach, depth: number): boolean {
    return this.#module.bindingsIn(pattern).some((binding) => this.#anyUseChanges(binding, reach, depth));
  }

  #argumentMayChange(call: Node & { callee: Node }, index: number, depth: number): boolean {
    const path = calleePath(this.#module, call.callee);
    if (path !== undefined) {
      if (isPureGlobalCall(path) || path.startsWith('console.') || pureConstructors.has(path)) return false;
      if (path === 'Object.assign') return index === 0;
    }
    if (isPureBuiltinCall(this.#module, call.callee) || this.#onlyReads(call.callee)) return false;
    const target = this.#calledFunction(call.callee);
    if (target) {
      const parameter = target.params[index] ?? target.params.find(({ type }) => type === 'RestElement');
      if (parameter?.type === 'TSParameterProperty') return true;
      if (!parameter) return false;
      return this.#namesMayChange(parameter, parameter.type === 'Identifier' ? 'self' : 'part', depth);
    }
    const method = memberName(call.callee);
    return !(method !== undefined && readingMethods.has(method) && !this.#module.bindingOf(call.callee));
  }

  /** Functions of `node:fs` that take their arguments as they are. */
  #onlyReads(callee: Node): boolean {
    const from = importOf(this.#module, callee);
    if (!from || !/^(node:)?(fs|assert|util|zlib|v8)(\/|$)/.test(from.specifier)) return false;
    return !/(^|\.)(read|readv|readSync|readvSync|copy)$/.test(from.name);
  }

  #calledFunction(callee: Node): FunctionLike | undefined {
    const binding = this.#module.bindingOf(unwrap(callee));
    if (!binding || this.isReassigned(binding)) return undefined;
    if (binding.type === 'Function' && isFunction(binding.node)) return binding.node;
    const declarator = declaratorOf(this.#module, binding);
    if (isClass(declarator)) {
      const own = memberNamed(declarator, 'constructor', false);
      return isFunction(own) ? own : undefined;
    }
    if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return undefined;
    const init = unwrap(declarator.init);
    return isFunction(init) ? init : undefined;
  }
}

function memberNamed(holder: Class | ObjectExpression, name: string, isStatic: boolean): Node | undefined {
  if (holder.type === 'ObjectExpression') {
    for (const property of holder.properties)
      if (property.type === 'Property' && propertyName(property) === name) return unwrap(property.value);
    return undefined;
  }
  for (const member of holder.body.body) {
    if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') continue;
    if (propertyName(member) === name && member.static === isStatic) return member.value ?? undefined;
  }
  return undefined;
}
