import type { Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isTypeWrapper, memberName, unwrap } from '../source/syntax.js';
import { isWritten } from './assignments.js';
import { declaratorOf } from './immutability.js';
import { calleePath } from './purity.js';

/** Methods of strings that leave a pattern as it was, or at its beginning. */
const takesPattern = /^(replace|replaceAll|match|matchAll|split|search)$/;

/** Whether a constant is a pattern with the flag `g` or `y` whose next match begins where the last one has ended. */
export function isSteppingPattern(module: SourceModule, binding: Binding): boolean {
  const declared = declaratorOf(module, binding);
  if (declared?.type !== 'VariableDeclarator' || !declared.init) return false;
  if (!/[gy]/.test(flagsOf(module, unwrap(declared.init)))) return false;
  const uses = module.usesOf(binding).map(({ node }) => withTypes(module, node));
  if (uses.some((use) => isSet(module, use))) return false; // who uses it says where it begins
  return uses.some((use) => steps(module, use));
}

function flagsOf(module: SourceModule, init: Node): string {
  if (init.type === 'Literal') return 'regex' in init ? init.regex.flags : '';
  const isMade = init.type === 'NewExpression' || init.type === 'CallExpression';
  if (!isMade || calleePath(module, init.callee) !== 'RegExp') return '';
  const flags = init.arguments[1];
  return flags?.type === 'Literal' && typeof flags.value === 'string' ? flags.value : '';
}

function withTypes(module: SourceModule, node: Node): Node {
  const parent = module.parentOf(node);
  return parent && isTypeWrapper(parent) ? withTypes(module, parent) : node;
}

function isSet(module: SourceModule, use: Node): boolean {
  const member = module.parentOf(use);
  return (
    member?.type === 'MemberExpression' && memberName(member) === 'lastIndex' && isWritten(module, member)
  );
}

function steps(module: SourceModule, use: Node): boolean {
  const parent = module.parentOf(use);
  switch (parent?.type) {
    case 'MemberExpression':
      return /^(test|exec|lastIndex)$/.test(memberName(parent) ?? '') && !isLoopedOver(module, parent);
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee !== use && !takesPattern.test(memberName(parent.callee) ?? '');
    default:
      return false;
  }
}

/** Whether it is called until there is no match left, which brings it back to its beginning. */
function isLoopedOver(module: SourceModule, member: Node): boolean {
  let at = member;
  for (let around = module.parentOf(at); around; around = module.parentOf(at)) {
    if (/^(While|DoWhile|For)Statement$/.test(around.type)) return 'test' in around && around.test === at;
    if (!/Expression$/.test(around.type) || /Function/.test(around.type)) return false;
    at = around;
  }
  return false;
}
