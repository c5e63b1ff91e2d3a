import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { importOf } from '../state/purity.js';

const takingTasks = new Set(['after', 'after.always', 'BackgroundTask']);
const none: readonly Node[] = []; // most calls ask for nothing

type Invocation = CallExpression | NewExpression;

/** The arguments of a call that are functions to inject. */
export function askingArguments(module: SourceModule, call: Invocation): readonly Node[] {
  const callee = unwrap(call.callee);
  const name = calledName(module, callee);
  if (name === 'inject' || name === 'task') return call.arguments;
  if (callee.type === 'MemberExpression' && name === 'decorateProvider') return call.arguments.slice(1, 2);
  if (ownName(module, callee) === 'handler') return call.arguments.slice(0, 1);
  return addedTask(module, call);
}

/** Whether a call is `task(import.meta.url, 'name', fn)`. */
export function isNamedTask(module: SourceModule, call: Invocation): boolean {
  return calledName(module, unwrap(call.callee)) === 'task';
}

/** Whether a call is `inject(fn)`, whose result is added as `fn` is. */
export function isInject(module: SourceModule, call: Invocation): boolean {
  return calledName(module, unwrap(call.callee)) === 'inject';
}

/** The name of what is called, behind whatever name this file imports it under. */
function calledName(module: SourceModule, callee: Node): string | undefined {
  if (callee.type !== 'Identifier') return memberName(callee);
  return ownName(module, callee) ?? callee.name;
}

/** The name of something of this package, for names that others have, too. */
function ownName(module: SourceModule, callee: Node): string | undefined {
  const root = callee.type === 'MemberExpression' ? unwrap(callee.object) : callee;
  // Most names are no import of ours, and to find out what they stand for takes time.
  if (root.type !== 'Identifier' || !module.ownImports.has(root.name)) return undefined;
  return importOf(module, callee)?.name;
}

/** The first argument of `.add(…)`, `.map(…)`, `.addTask(…)`, `after(…)` and `new BackgroundTask(…)`. */
export function addedTask(module: SourceModule, call: Invocation): readonly Node[] {
  const { arguments: given } = call;
  const callee = unwrap(call.callee);
  const method = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
  // With one argument it is an array's own `map`, whose callback is no task.
  if (method === 'add' || method === 'addTask' || (method === 'map' && given.length > 1))
    return given.slice(0, 1);
  const name = ownName(module, callee);
  return name !== undefined && takingTasks.has(name) ? given.slice(0, 1) : none;
}
