import type { Node, ObjectExpression } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { isClass, propertyName, unwrap } from '../source/syntax.js';

/** The classes of which the source says that each thread makes instances: `{ threads: 'local' }`. */
export function threadLocalClasses(module: SourceModule): readonly Node[] {
  const decorated = module.classes.filter(({ decorators }) =>
    decorators.some(({ expression }) => {
      const options = expression.type === 'CallExpression' ? expression.arguments[0] : undefined;
      return options?.type === 'ObjectExpression' && saysLocal(options);
    }),
  );
  const registered = module.properties.flatMap((property) => {
    const holder = module.parentOf(property);
    if (propertyName(property) !== 'useClass' || holder?.type !== 'ObjectExpression' || !saysLocal(holder))
      return [];
    const name = module.bindingOf(unwrap(property.value))?.node;
    const declared = name && module.parentOf(name);
    return isClass(declared) ? [declared] : [];
  });
  return [...decorated, ...registered];
}

function saysLocal({ properties }: ObjectExpression): boolean {
  return properties.some((property) => {
    if (property.type !== 'Property' || propertyName(property) !== 'threads') return false;
    const value = unwrap(property.value);
    return value.type === 'Literal' && value.value === 'local';
  });
}
