import type { Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { declaratorOf } from './immutability.js';

/** A function that is called with an object of the caller's choice as its `this`. */
export interface Borrowed {
  readonly fn: Node;
  readonly how: 'call' | 'apply';
}

/** What `push.call` and `push.apply` call. */
export function borrowedBy(callee: Node): Borrowed | undefined {
  const node = unwrap(callee);
  const how = memberName(node);
  if (node.type !== 'MemberExpression' || (how !== 'call' && how !== 'apply')) return undefined;
  return { fn: unwrap(node.object), how };
}

/** The method that an expression stands for: `Array.prototype.push`, or a constant that is one. */
export function methodNamedBy(module: SourceModule, fn: Node): string | undefined {
  const binding = module.bindingOf(fn);
  const declared = binding && declaratorOf(module, binding);
  const init = declared?.type === 'VariableDeclarator' && declared.init;
  return memberName(init ? unwrap(init) : fn);
}
