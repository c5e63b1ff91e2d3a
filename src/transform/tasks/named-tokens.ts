import type { Node, ObjectExpression } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { isClass, propertyName, unwrap } from '../source/syntax.js';
import { isInject } from './asking-calls.js';
import type { Subject } from './subjects.js';

/** The tokens that are named by hand for the first parameters, `undefined` in place of none; nothing where types tell. */
export function namedTokens(
  module: SourceModule,
  { node, askedAt }: Subject,
): readonly (string | undefined)[] | undefined {
  const lists = isClass(node)
    ? node.decorators.map(({ expression }) =>
        expression.type === 'CallExpression' ? depsOf(expression.arguments[0]) : undefined,
      )
    : askedAt.map((place) => listBeside(module, place));
  const list = lists.find((found) => found);
  if (list?.type !== 'ArrayExpression' || list.elements.some((element) => element?.type === 'SpreadElement'))
    return undefined;
  return list.elements.map((element) => {
    const token = element ? module.code.slice(element.start, element.end) : 'undefined';
    return /^(undefined|null|void 0)$/.test(token) ? undefined : token;
  });
}

/** The list of `inject([…], fn)` and of `{ useFactory: fn, deps: […] }`. */
function listBeside(module: SourceModule, place: Node): Node | undefined {
  const holder = module.parentOf(place);
  if (holder?.type === 'Property') return depsOf(module.parentOf(holder));
  const [first] = holder?.type === 'CallExpression' && isInject(module, holder) ? holder.arguments : [];
  const list = first && unwrap(first);
  return list?.type === 'ArrayExpression' ? list : undefined;
}

function depsOf(options: Node | undefined): Node | undefined {
  if (options?.type !== 'ObjectExpression') return undefined;
  const deps = propertiesOf(options).find((property) => propertyName(property) === 'deps');
  return deps && unwrap(deps.value);
}

function propertiesOf({ properties }: ObjectExpression) {
  return properties.filter((property) => property.type === 'Property');
}
