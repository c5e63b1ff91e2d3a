import type { Class, Node } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { isClass, memberName, propertyName, unwrap } from '../source/syntax.js';

/** The classes of a file that it registers without a decorator: those into which nothing is injected are known, too. */
export function registeredClasses(module: SourceModule): Set<Class> {
  const named: Node[] = [];
  for (const { callee, arguments: given } of module.calls)
    if (given[0] && memberName(unwrap(callee)) === 'registerProvider') named.push(given[0]);
  for (const property of module.properties)
    if (property.kind === 'init' && propertyName(property) === 'useClass') named.push(property.value);
  return new Set(named.flatMap((name) => classNamed(module, unwrap(name)) ?? []));
}

function classNamed(module: SourceModule, name: Node): Class | undefined {
  if (isClass(name)) return name;
  const binding = module.bindingOf(name);
  const declared = binding && module.parentOf(binding.node);
  return isClass(declared) ? declared : undefined;
}
