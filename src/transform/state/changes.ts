import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import {
  contains,
  type FunctionLike,
  isFunction,
  isTypeWrapper,
  memberName,
  unwrap,
} from '../source/syntax.js';
import { isWritten } from './assignments.js';
import { type Borrowed, borrowedBy, methodNamedBy } from './borrowed-methods.js';
import { calledFunction, calledMethods, callsOf } from './called-code.js';
import { givenBy, listsParts, passesParts, sharesMemory } from './given-parts.js';
import { declaratorOf } from './immutability.js';
import { changingFunctions, isChangingMethod, pureConstructors, readingMethods } from './known-functions.js';
import { askedName, holderOf, isObjectPart, membersOf } from './members.js';
import { calleePath, importOf, isPureBuiltinCall, isPureGlobalCall } from './purity.js';

/**
 * `self`: the object in question. `code`: a function or class, which unseen code only calls. `part`: something read from
 * it, which may well be a string. `copy`: a list of its own, of what was read.
 */
type Reach = 'self' | 'code' | 'part' | 'copy';

/** Looks for what changes an object, through aliases, parameters and methods: one search, which goes no way twice. */
export class Changes {
  readonly #module: SourceModule;
  readonly #seen = new Map<Node, Set<Reach>>();
  /** Whether its author says that it stays as it is: then only what contradicts that for sure is a change. */
  readonly #isKept: boolean;
  /** How far what reads one of its objects reaches. */
  readonly #object: Reach;

  constructor(module: SourceModule, isKept = false) {
    this.#module = module;
    this.#isKept = isKept;
    this.#object = isKept ? 'part' : 'self';
  }

  /** Whether what stands around an expression may change the object that it gives. */
  mayChange(node: Node, reach: Reach): boolean {
    const parent = this.#module.parentOf(node);
    if (!parent) return reach === 'self';
    if (isTypeWrapper(parent) || parent.type === 'ChainExpression') return this.mayChange(parent, reach);
    switch (parent.type) {
      case 'MemberExpression':
        return parent.object === node && this.#memberMayChange(node, parent, reach);
      case 'CallExpression':
      case 'NewExpression': {
        if (parent.callee === node) return reach === 'self' && this.#keepsState(node);
        const index = parent.arguments.findIndex((argument) => Object.is(argument, node));
        return index >= 0 && this.#callMayChange(parent, index, reach);
      }
      case 'VariableDeclarator':
        return parent.init === node && this.#namesMayChange(parent.id, reach);
      case 'AssignmentExpression':
        if (parent.right !== node) return false;
        if (parent.left.type !== 'Identifier') return reach === 'self';
        return this.#anyUseChanges(this.#module.bindingOf(parent.left), reach);
      case 'AssignmentPattern':
        return parent.right === node && parent.left.type === 'Identifier'
          ? this.#namesMayChange(parent.left, reach)
          : false;
      case 'ForOfStatement':
        if (parent.right !== node) return false;
        return parent.left.type === 'VariableDeclaration'
          ? parent.left.declarations.some(({ id }) => this.#namesMayChange(id, 'part'))
          : true;
      case 'ConditionalExpression':
        return parent.test !== node && this.mayChange(parent, reach);
      case 'LogicalExpression':
      case 'AwaitExpression':
      case 'ArrayExpression':
        return this.mayChange(parent, reach);
      case 'SpreadElement': {
        const list = this.#module.parentOf(parent);
        if (list?.type === 'CallExpression' || list?.type === 'NewExpression') {
          const target = calledFunction(this.#module, list.callee);
          return target?.params.some((parameter) => this.#namesMayChange(parameter, 'part')) ?? false;
        }
        return /^(Array|Object)Expression$/.test(list?.type ?? '') && this.mayChange(list ?? parent, 'copy');
      }
      case 'SequenceExpression':
        return parent.expressions.at(-1) === node && this.mayChange(parent, reach);
      case 'Property':
        return parent.value === node && this.mayChange(this.#module.parentOf(parent) ?? parent, reach);
      case 'ReturnStatement':
        return reach === 'self' || this.#callersMayChange(parent, reach);
      case 'ArrowFunctionExpression':
        return parent.body === node && (reach === 'self' || this.#callersMayChange(node, reach));
      case 'YieldExpression':
        return reach === 'self' || this.#callersMayChange(parent, 'part');
      case 'ThrowStatement':
      case 'PropertyDefinition':
      case 'TaggedTemplateExpression':
        return reach === 'self';
      case 'TemplateLiteral':
        return reach === 'self' && this.#module.parentOf(parent)?.type === 'TaggedTemplateExpression';
      default:
        return false;
    }
  }

  /** Notes a way of the search, unless it was gone before. */
  #isNew(node: Node, reach: Reach): boolean {
    const seen = this.#seen.get(node) ?? new Set();
    if (seen.has(reach)) return false;
    this.#seen.set(node, seen.add(reach));
    return true;
  }

  #anyUseChanges(binding: Binding | undefined, reach: Reach): boolean {
    if (!binding) return true;
    if (!this.#isNew(binding.node, reach)) return false;
    return this.#module.usesOf(binding).some(({ node }) => this.mayChange(node, reach));
  }

  #namesMayChange(pattern: Node, reach: Reach): boolean {
    const within = pattern.type === 'Identifier' ? reach : 'part';
    return this.#module.bindingsIn(pattern).some((binding) => this.#anyUseChanges(binding, within));
  }

  #memberMayChange(object: Node, member: Node, reach: Reach): boolean {
    let access = member;
    let parent = this.#module.parentOf(access);
    while (parent && isTypeWrapper(parent)) {
      access = parent;
      parent = this.#module.parentOf(access);
    }
    if (isWritten(this.#module, access)) return reach !== 'copy';
    if (parent?.type === 'UnaryExpression') return parent.operator === 'delete' && reach !== 'copy';
    const name = askedName(member);
    if (parent?.type === 'CallExpression' && parent.callee === access) {
      if (this.#methodMayChange(object, name, reach)) return true;
      return name !== undefined && this.#partsMayChange(parent, name);
    }
    const isMethodOf =
      parent?.type === 'MemberExpression' && /^(apply|bind|call)$/.test(memberName(parent) ?? '');
    if (isMethodOf && this.#methodMayChange(object, name, reach)) return true;
    return this.mayChange(access, isObjectPart(this.#module, object, name) ? this.#object : 'part');
  }

  #methodMayChange(object: Node, name: string | undefined, reach: Reach): boolean {
    if (reach === 'copy') return false;
    const holder = holderOf(this.#module, object);
    if (name === undefined && this.#isKept) return false;
    if (name === undefined)
      return holder?.node.type !== 'ObjectExpression' || this.#module.receiversIn(holder.node).length > 0;
    const methods = membersOf(this.#module, object, name);
    if (methods.length > 0) return methods.some((method) => this.#mayChangeThis(method, this.#object));
    if (reach === 'code' && !holder) return false;
    return this.#isChanging(name);
  }

  /** Whether a method of something unseen may change it. */
  #isChanging(name: string): boolean {
    return this.#isKept ? isChangingMethod(name) : !readingMethods.has(name);
  }

  #mayChangeThis(method: Node, reach: Reach): boolean {
    if (!this.#isNew(method, reach)) return false;
    return this.#module.receiversIn(method).some((node) => this.mayChange(node, reach));
  }

  /** Whether something changes what a method of the standard library gives of its object. */
  #partsMayChange(call: CallExpression, method: string): boolean {
    const given = givenBy(method);
    if (given && this.mayChange(call, given)) return true;
    const [callback] = call.arguments;
    const called = callback && passesParts(method) && calledFunction(this.#module, callback);
    if (!called) return false;
    return called.params.some((parameter) => this.#namesMayChange(parameter, 'part'));
  }

  #callMayChange(call: CallExpression | NewExpression, index: number, reach: Reach): boolean {
    const methods = calledMethods(this.#module, call.callee);
    if (methods.length > 0) return methods.some((method) => this.#parameterMayChange(method, index, reach));
    const borrowed = borrowedBy(this.#module, call);
    if (borrowed) return this.#borrowedMayChange(borrowed, index, reach);
    const path = calleePath(this.#module, call.callee) ?? '';
    if (index === 0 && changingFunctions.has(path)) return reach !== 'copy';
    if (index === 0 && sharesMemory(this.#module, path, call)) return this.mayChange(call, reach);
    if (index === 0 && listsParts(path)) return this.mayChange(call, 'copy');
    const target = calledFunction(this.#module, call.callee);
    if (!target) return reach === 'self' && !this.#leavesArguments(call.callee, path);
    return this.#parameterMayChange(target, index, reach);
  }

  #parameterMayChange({ params }: FunctionLike, index: number, reach: Reach): boolean {
    const parameter = params[index] ?? params.find(({ type }) => type === 'RestElement');
    if (parameter?.type === 'TSParameterProperty') return reach === 'self';
    return parameter !== undefined && this.#namesMayChange(parameter, reach);
  }

  #borrowedMayChange({ fn, self, first }: Borrowed, index: number, reach: Reach): boolean {
    const target = calledFunction(this.#module, fn);
    const parameter = first === undefined ? undefined : target?.params[index - first];
    if (parameter) return this.#namesMayChange(parameter, reach);
    if (index !== self || reach === 'copy') return false;
    if (target) return this.#mayChangeThis(target, reach);
    const name = methodNamedBy(this.#module, fn);
    return name === undefined ? reach === 'self' : this.#isChanging(name);
  }

  /** Whether a function of no file of the program is known to change nothing that it is given. */
  #leavesArguments(callee: Node, path: string): boolean {
    if (isPureGlobalCall(path) || path.startsWith('console.') || pureConstructors.has(path)) return true;
    if (isPureBuiltinCall(this.#module, callee) || this.#onlyReads(callee)) return true;
    const method = memberName(callee);
    const isOwnFile = /^[./#]/.test(importOf(this.#module, callee)?.specifier ?? '');
    return path === 'Object.assign' || (method !== undefined && readingMethods.has(method) && !isOwnFile);
  }

  /** Functions of `node:fs` that take their arguments as they are. */
  #onlyReads(callee: Node): boolean {
    const from = importOf(this.#module, callee);
    if (!from || !/^(node:)?(fs|assert|util|zlib|v8)(\/|$)/.test(from.specifier)) return false;
    return !/(^|\.)(read|readv|readSync|readvSync|copy)$/.test(from.name);
  }

  /** Whether who calls the function that gives something back changes that. */
  #callersMayChange(returned: Node, reach: Reach): boolean {
    let fn = this.#module.parentOf(returned);
    while (fn && !isFunction(fn)) fn = this.#module.parentOf(fn);
    if (!fn || !this.#isNew(fn, reach)) return false;
    return callsOf(this.#module, fn).some((call) => this.mayChange(call, reach));
  }

  /** Whether what is called is made by a function of the module, and changes a local of that one. */
  #keepsState(called: Node): boolean {
    const binding = this.#module.bindingOf(called);
    const declarator = binding && declaratorOf(this.#module, binding);
    const init =
      declarator?.type === 'VariableDeclarator' && declarator.init ? unwrap(declarator.init) : undefined;
    if (init?.type !== 'CallExpression' || !this.#isNew(init, 'self')) return false;
    const maker = calledFunction(this.#module, init.callee);
    if (!maker) return false;
    return this.#module.referencesIn(maker).some(({ node, binding }) => {
      if (!binding || !contains(maker, binding.node) || !this.#isFarther(node, binding)) return false;
      return isWritten(this.#module, node) || this.mayChange(node, 'self');
    });
  }

  /** Whether a name stands in a function that what it stands for does not: that may be called later, and often. */
  #isFarther(name: Node, { node: declared }: Binding): boolean {
    for (let at = this.#module.parentOf(name); at && !contains(at, declared); at = this.#module.parentOf(at))
      if (isFunction(at)) return true;
    return false;
  }
}
