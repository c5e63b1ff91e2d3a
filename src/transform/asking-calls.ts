import type { CallExpression, Node } from 'oxc-parser';
import { importOf } from './purity.js';
import type { SourceModule } from './source-module.js';
import { memberName, unwrap } from './syntax.js';

/** The arguments of a call that are functions to inject. */
export function askingArguments(module: SourceModule, call: CallExpression): readonly Node[] {
  const callee = unwrap(call.callee);
  const name = calledName(module, callee);
  if (name === 'inject' || name === 'task') return call.arguments;
  if (callee.type === 'MemberExpression' && name === 'decorateProvider') return call.arguments.slice(1, 2);
  return addedTask(call);
}

/** Whether a call is `task(import.meta.url, 'name', fn)`. */
export function isNamedTask(module: SourceModule, call: CallExpression): boolean {
  return calledName(module, unwrap(call.callee)) === 'task';
}

/** The name of what is called, behind whatever name this file imports it under. */
function calledName(module: SourceModule, callee: Node): string | undefined {
  if (callee.type !== 'Identifier') return memberName(callee);
  // Most names are no import of ours, and to find out what they stand for takes time.
  if (!module.ownImports.has(callee.name)) return callee.name;
  return importOf(module, callee)?.name ?? callee.name;
}

/** The first argument of `.add(…)` and `.map(…)`. */
export function addedTask({ callee: written, arguments: given }: CallExpression): readonly Node[] {
  const callee = unwrap(written);
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
  // With one argument it is an array's own `map`, whose callback is no task.
  return name === 'add' || (name === 'map' && given.length > 1) ? given.slice(0, 1) : [];
}
