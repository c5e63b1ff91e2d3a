import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { calledMethods } from './called-code.js';
import { passesParts } from './given-parts.js';
import { declaratorOf } from './immutability.js';
import { calleePath, importOf } from './purity.js';

/** A function that is called with an object of the caller's choice as its `this`. */
export interface Borrowed {
  readonly fn: Node;
  /** Which of the arguments its `this` is. */
  readonly self: number;
  /** Which of them its own first one is, if they stand there one by one. */
  readonly first?: number;
}

/** What `push.call(list, 1)`, `push.apply(list, [1])`, `Reflect.apply(push, list, [1])` and `[1].forEach(push, list)` call. */
export function borrowedBy(
  module: SourceModule,
  { callee, arguments: given }: CallExpression | NewExpression,
): Borrowed | undefined {
  const node = unwrap(callee);
  const name = memberName(node);
  if (node.type !== 'MemberExpression' || name === undefined) return undefined;
  const [fn] = given;
  if (fn && calleePath(module, node) === 'Reflect.apply') return { fn: unwrap(fn), self: 1 };
  if (name === 'call') return { fn: unwrap(node.object), self: 0, first: 1 };
  if (name === 'apply') return { fn: unwrap(node.object), self: 0 };
  const isOwn = importOf(module, node)?.isModule || calledMethods(module, node).length > 0;
  const takesThis = !isOwn && passesParts(name) && !name.startsWith('reduce');
  return fn && takesThis && given.length > 1 ? { fn: unwrap(fn), self: 1 } : undefined;
}

/** The method that an expression stands for: `Array.prototype.push`, or a constant that is one. */
export function methodNamedBy(module: SourceModule, fn: Node): string | undefined {
  const binding = module.bindingOf(fn);
  const declared = binding && declaratorOf(module, binding);
  const init = declared?.type === 'VariableDeclarator' && declared.init;
  return memberName(init ? unwrap(init) : fn);
}
