import type { Class, ParamPattern } from 'oxc-parser';
import type { Parameter } from '../../reflection/declare.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass } from '../source/syntax.js';
import type { Importer } from './package-run-time.js';
import { type Token, TypeReader, type TypeValue } from './type-values.js';

export interface ReadParameter extends Parameter {
  readonly token?: Token;
}

/** The parameters of a function, or of a class's own constructor, without `this`; nothing for a class that has none. */
export function writtenParameters(node: FunctionLike | Class): readonly ParamPattern[] | undefined {
  if (!isClass(node)) return withoutReceiver(node.params);
  const own = node.body.body.find(
    (member) => member.type === 'MethodDefinition' && member.kind === 'constructor' && member.value.body,
  );
  return own?.type === 'MethodDefinition' ? withoutReceiver(own.value.params) : undefined;
}

function withoutReceiver(params: readonly ParamPattern[]): readonly ParamPattern[] {
  return params.filter((param) => !(param.type === 'Identifier' && param.name === 'this'));
}

/** The name or pattern that a parameter declares, and whether it has a default value. */
export function declaredBy(param: ParamPattern) {
  const written = param.type === 'TSParameterProperty' ? param.parameter : param;
  const hasDefault = written.type === 'AssignmentPattern';
  return { pattern: hasDefault ? written.left : written, hasDefault };
}

/** The parameters of a function or constructor; `undefined` for a class that inherits its constructor. */
export function readParameters(
  module: SourceModule,
  importer: Importer,
  node: FunctionLike | Class,
): readonly ReadParameter[] | undefined {
  const written = writtenParameters(node);
  if (!written) return isClass(node) && node.superClass ? undefined : [];
  return written.map((param) => readOne(module, importer, node, param));
}

function readOne(
  module: SourceModule,
  importer: Importer,
  owner: FunctionLike | Class,
  param: ParamPattern,
): ReadParameter {
  const { pattern, hasDefault } = declaredBy(param);
  const rest = pattern.type === 'RestElement';
  const bound = rest ? pattern.argument : pattern;
  const annotation = pattern.typeAnnotation;
  const type = annotation?.typeAnnotation;
  const value: TypeValue = type && !rest ? new TypeReader(module, importer, owner).read(type) : {};
  const optional = value.optional || hasDefault || ('optional' in pattern && pattern.optional === true);
  const nameEnd = annotation && annotation.start < bound.end ? annotation.start : bound.end;
  return {
    name: bound.type === 'Identifier' ? bound.name : module.code.slice(bound.start, nameEnd).trim(),
    type: type ? module.code.slice(type.start, type.end) : '',
    ...(optional && { optional: true }),
    ...(value.nullable && { nullable: true }),
    ...(rest && { rest: true }),
    ...(value.primitive && { primitive: value.primitive }),
    ...(value.from && { from: value.from }),
    ...(value.token && { token: value.token }),
  };
}
