import type { Class, Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass, isFunction, unwrap } from '../source/syntax.js';
import { isReassigned } from './assignments.js';
import { declaratorOf } from './immutability.js';
import { memberNamed } from './members.js';

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

/** What a function of the file is called by. */
export function nameOf(module: SourceModule, fn: FunctionLike): Binding | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id ? module.scopeAround(fn).value(fn.id.name) : undefined;
  const holder = module.parentOf(fn);
  return holder?.type === 'VariableDeclarator' ? module.bindingsIn(holder.id)[0] : undefined;
}
