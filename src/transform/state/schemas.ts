import type { Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { unwrap } from '../source/syntax.js';
import { isReassigned } from './assignments.js';

/** Packages that check data: what they make is never changed, and calls the functions that it is given later. */
const schemaPackage =
  /^(?:zod|@zod\/mini|valibot|yup|joi|superstruct|arktype|typebox|@sinclair\/typebox|runtypes|io-ts)(?:\/|$)/;

/** Whether a call makes a schema: `z.object({}).strict()`, also of another one: `User.extend({})`. */
export function makesSchema(module: SourceModule, call: Node, depth = 0): boolean {
  let root = unwrap(call);
  if (root.type !== 'CallExpression') return false;
  while (root.type === 'CallExpression' || root.type === 'MemberExpression')
    root = unwrap(root.type === 'CallExpression' ? root.callee : root.object);
  const binding = module.bindingOf(root);
  if (binding?.type === 'Import') return schemaPackage.test(binding.importNode.source.value);
  if (!binding || depth > 8 || isReassigned(module, binding)) return false;
  const declarator = module.parentOf(binding.node);
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return false;
  return makesSchema(module, declarator.init, depth + 1);
}
