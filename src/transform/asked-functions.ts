import type { Node } from 'oxc-parser';
import { importOf } from './purity.js';
import type { Binding, SourceModule } from './source-module.js';
import { isFunction, memberName, propertyName, unwrap } from './syntax.js';

/** The functions and classes in calls that inject, with the places where those stand. */
export function askedFunctions(module: SourceModule): Map<Node, Node[]> {
  const asked = new Map<Node, Node[]>();
  const ask = (expression: Node) => {
    const target = functionNamed(module, expression);
    if (target) asked.set(target, [...(asked.get(target) ?? []), expression]);
  };
  for (const call of module.calls) for (const argument of askingArguments(module, call)) ask(argument);
  for (const property of module.properties)
    if (property.kind === 'init' && propertyName(property) === 'useFactory') ask(property.value);
  return asked;
}

function askingArguments(module: SourceModule, call: SourceModule['calls'][number]): readonly Node[] {
  const callee = unwrap(call.callee);
  const imported = importOf(module, callee);
  const isOwn = imported?.specifier === 'offstage';
  const name = callee.type === 'Identifier' ? (isOwn ? imported.name : callee.name) : memberName(callee);
  if (name === 'inject' || name === 'task') return call.arguments;
  if (callee.type !== 'MemberExpression') return [];
  if (name === 'add') return call.arguments.slice(0, 1);
  if (name === 'decorateProvider') return call.arguments.slice(1, 2);
  // With one argument it is an array's own `map`, whose callback is no task.
  return name === 'map' && call.arguments.length > 1 ? call.arguments.slice(0, 1) : [];
}

/** The function that an expression is or names. */
function functionNamed(module: SourceModule, expression: Node): Node | undefined {
  const node = unwrap(expression);
  if (isFunction(node)) return node;
  const binding = module.bindingOf(node);
  if (binding?.type === 'Function') return binding.node;
  const init = binding && initialiserOf(module, binding);
  return isFunction(init) ? init : undefined;
}

function initialiserOf(module: SourceModule, binding: Binding): Node | undefined {
  const declarator = module.parentOf(binding.node);
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return undefined;
  return unwrap(declarator.init);
}
