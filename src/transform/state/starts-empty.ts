import type { SourceModule } from '../source/source-module.js';
import { unwrap } from '../source/syntax.js';
import { holds } from './immutability.js';
import { calleePath } from './purity.js';
import type { Unit } from './top-level.js';

/** Whether a variable is a collection that has nothing in it: so somebody is to fill it, and if it is exported, another file may. */
export function startsEmpty(module: SourceModule, { node, names }: Unit): boolean {
  const binding = names[0] === undefined ? undefined : module.topLevel.value(names[0]);
  if (node.type !== 'VariableDeclarator' || !node.init || !binding) return false;
  if (holds(module, binding) !== 'object') return false; // by its type, nobody changes it
  const init = unwrap(node.init);
  switch (init.type) {
    case 'ArrayExpression':
      return init.elements.length === 0;
    case 'ObjectExpression':
      return init.properties.length === 0;
    case 'NewExpression':
      return init.arguments.length === 0 && /^(Weak)?(Map|Set)$/.test(calleePath(module, init.callee) ?? '');
    default:
      return false;
  }
}
