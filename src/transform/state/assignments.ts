import type { Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isTypeWrapper } from '../source/syntax.js';

/** Whether a name is given another value than that of its declaration. */
export function isReassigned(module: SourceModule, binding: Binding): boolean {
  return module.usesOf(binding).some(({ node }) => isWritten(module, node));
}

/** Whether an expression is the target of an assignment, alone or in a pattern. */
export function isWritten(module: SourceModule, expression: Node): boolean {
  const parent = module.parentOf(expression);
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === expression;
    case 'UpdateExpression':
      return true;
    case 'AssignmentPattern':
      return parent.left === expression && isWritten(module, parent);
    case 'Property':
      return parent.value === expression && isWritten(module, parent);
    case 'ArrayPattern':
    case 'ObjectPattern':
    case 'RestElement':
      return isWritten(module, parent);
    default:
      return parent !== undefined && isTypeWrapper(parent) && isWritten(module, parent);
  }
}
