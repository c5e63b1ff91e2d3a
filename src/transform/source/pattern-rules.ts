import type { BindingPattern, Node, ParamPattern } from 'oxc-parser';
import type { Holder, SourceWalk } from './source-walk.js';

type Pattern = BindingPattern | ParamPattern;

/** Walks through what declares names: all in it that is no name is a default or a computed key. */
export function declareNames(node: Pattern, walk: SourceWalk, parent: Node, holder: Holder): void {
  walk.place(node, parent);
  if (node.decorators) walk.visitAll(node.decorators, node);
  switch (node.type) {
    case 'Identifier':
      walk.declarePart(node, holder);
      // Of a name without a decorator its type is no place to be told apart.
      if (node.decorators?.length) walk.mark(node.typeAnnotation);
      return;
    case 'AssignmentPattern':
      declareNames(node.left, walk, node, holder);
      walk.visit(node.right, node);
      return;
    case 'TSParameterProperty':
      declareNames(node.parameter, walk, node, holder);
      return;
    case 'RestElement':
      declareNames(node.argument, walk, node, holder);
      break;
    case 'ArrayPattern':
      for (const element of node.elements) if (element) declareNames(element, walk, node, holder);
      break;
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.type === 'Property') {
          walk.place(property, node);
          walk.key(property);
          declareNames(property.value, walk, property, holder);
        } else declareNames(property, walk, node, holder);
      }
  }
  walk.mark(node.typeAnnotation);
}
