import type { CallExpression, Class, Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass, isFunction, unwrap } from '../source/syntax.js';
import { isReassigned } from './assignments.js';
import { declaratorOf } from './immutability.js';
import { askedName, memberNamed, memberNameOf, membersOf } from './members.js';

/** The function or class of the file that an expression stands for, by a name or in place. */
export function codeOf(module: SourceModule, expression: Node): FunctionLike | Class | undefined {
  const node = unwrap(expression);
  if (isFunction(node) || isClass(node)) return node;
  const binding = module.bindingOf(node);
  if (!binding || isReassigned(module, binding)) return undefined;
  if (binding.type === 'Function') return isFunction(binding.node) ? binding.node : undefined;
  const declared = declaratorOf(module, binding);
  const code = declared?.type === 'VariableDeclarator' && declared.init ? unwrap(declared.init) : declared;
  return isFunction(code) || isClass(code) ? code : undefined;
}

/** The function that a call of an expression runs: of a class, its constructor. */
export function calledFunction(module: SourceModule, callee: Node): FunctionLike | undefined {
  const code = codeOf(module, callee);
  if (!isClass(code)) return code;
  const own = memberNamed(code, 'constructor', false);
  return isFunction(own) ? own : undefined;
}

/** The methods of the file that a call runs, by the object or the class that it names. */
export function calledMethods(module: SourceModule, callee: Node): readonly FunctionLike[] {
  const node = unwrap(callee);
  const name = askedName(node);
  if (node.type !== 'MemberExpression' || name === undefined) return [];
  return membersOf(module, node.object, name).filter(isFunction);
}

/** The calls of a function of the file: by its name, or as a member of an object or a class of the file. */
export function callsOf(module: SourceModule, fn: FunctionLike): readonly CallExpression[] {
  const name = nameOf(module, fn);
  if (name) {
    return module.usesOf(name).flatMap(({ node }) => {
      const call = module.parentOf(node);
      return call?.type === 'CallExpression' && call.callee === node ? call : [];
    });
  }
  const member = memberNameOf(module.parentOf(fn));
  if (member === undefined) return [];
  return module.methodCalls(member.replace('#', '')).filter(({ callee }) => {
    const method = unwrap(callee);
    return method.type === 'MemberExpression' && membersOf(module, method.object, member).includes(fn);
  });
}

/** What a function of the file is called by. */
function nameOf(module: SourceModule, fn: FunctionLike): Binding | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id ? module.scopeAround(fn).value(fn.id.name) : undefined;
  const holder = module.parentOf(fn);
  return holder?.type === 'VariableDeclarator' ? module.bindingsIn(holder.id)[0] : undefined;
}
