import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { declaratorOf } from './immutability.js';
import { words } from './known-functions.js';
import { calleePath } from './purity.js';

/** Methods that answer with something that their object has in it. */
const givingPart = words('at find findLast get pop reduce reduceRight shift subarray');

/** Methods that answer with a list of their own, of what their object has in it. */
const givingCopy = words(`
  concat entries filter flat getAll reverse slice sort splice toReversed toSorted toSpliced values with`);

/** Methods that pass what their object has in it to a function. */
const passingParts = words(`
  every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some`);

/** What a method's answer has of its object: one of its parts, or a list of them. */
export function givenBy(method: string): 'part' | 'copy' | undefined {
  if (givingPart.has(method)) return 'part';
  return givingCopy.has(method) ? 'copy' : undefined;
}

/** Whether a method calls its first argument with parts of its object. */
export function passesParts(method: string): boolean {
  return passingParts.has(method);
}

/** Whether a global function or constructor makes a collection of the parts of its argument. */
export function listsParts(path: string): boolean {
  return /^(Object\.(values|entries|fromEntries)|Array(\.from)?|Map|Set)$/.test(path);
}

/** Whether a global function or constructor gives a view of the very memory of its first argument, or of the object. */
export function sharesMemory(
  module: SourceModule,
  path: string,
  { arguments: [memory] }: CallExpression | NewExpression,
): boolean {
  if (path === 'DataView' || path === 'Proxy') return true;
  if (!memory || !/^(Buffer\.from|(Big)?(Ui|I)nt\d+(Clamped)?Array|Float\d+Array)$/.test(path)) return false;
  return memberName(unwrap(memory)) === 'buffer' || isBuffer(module, memory);
}

function isBuffer(module: SourceModule, name: Node): boolean {
  const binding = module.bindingOf(unwrap(name));
  const declared = binding && declaratorOf(module, binding);
  const init = declared?.type === 'VariableDeclarator' && declared.init ? unwrap(declared.init) : undefined;
  const isMade = init?.type === 'NewExpression';
  return isMade && /^(Shared)?ArrayBuffer$/.test(calleePath(module, init.callee) ?? '');
}
