import type { Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isFunction, propertyName, unwrap } from '../source/syntax.js';
import { addedTask, askingArguments, isInject, isNamedTask } from './asking-calls.js';

/** Where a function or class stands, or is named, in a call that takes functions to inject. */
interface Asking {
  readonly expression: Node;
  /** The call adds it to a Background, or names it as a task. */
  readonly task: boolean;
}

export function askedFunctions(module: SourceModule): Map<Node, Asking[]> {
  const asked = new Map<Node, Asking[]>();
  const ask = (expression: Node, task: boolean) => {
    for (const target of functionsNamed(module, expression))
      asked.set(target, [...(asked.get(target) ?? []), { expression, task }]);
  };
  for (const call of module.calls) {
    const given = askingArguments(module, call);
    if (given.length === 0) continue; // as with most calls
    const task = addedTask(module, call).length > 0 || isNamedTask(module, call);
    for (const argument of given) ask(argument, task);
  }
  for (const property of module.properties)
    if (property.kind === 'init' && propertyName(property) === 'useFactory') ask(property.value, false);
  return asked;
}

/** The functions that are named as arguments of what is added to a Background. */
export function functionsPassed(module: SourceModule): Set<Node> {
  const passed = module.calls.flatMap((call) =>
    addedTask(module, call).length > 0 ? call.arguments.slice(1) : [],
  );
  const named = passed.filter((argument) => unwrap(argument).type === 'Identifier');
  return new Set(named.flatMap((argument) => functionsNamed(module, argument)));
}

/** The functions that an expression may give, in place or by name, also where `inject` has wrapped them. */
function functionsNamed(
  module: SourceModule,
  expression: Node,
  seen: ReadonlySet<Node> = new Set(),
): readonly Node[] {
  const node = unwrap(expression);
  if (isFunction(node)) return [node];
  if (seen.has(node)) return [];
  const either = (...parts: Node[]) =>
    parts.flatMap((part) => functionsNamed(module, part, new Set([...seen, node])));
  switch (node.type) {
    case 'CallExpression':
      return isInject(module, node) ? either(...node.arguments) : [];
    case 'ConditionalExpression':
      return either(node.consequent, node.alternate);
    case 'LogicalExpression':
      return either(node.left, node.right);
    case 'AssignmentExpression':
      return either(node.right);
    case 'SequenceExpression':
      return either(...node.expressions.slice(-1));
  }
  const binding = module.bindingOf(node);
  if (binding?.type === 'Function') return [binding.node];
  const init = binding && initialiserOf(module, binding);
  return init && (isFunction(init) || init.type === 'CallExpression') ? either(init) : [];
}

function initialiserOf(module: SourceModule, binding: Binding): Node | undefined {
  const declarator = module.parentOf(binding.node);
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return undefined;
  return unwrap(declarator.init);
}
