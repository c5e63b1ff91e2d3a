import type { Class, ParamPattern } from 'oxc-parser';
import type { Parameter } from '../../reflection/declare.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass } from '../source/syntax.js';
import { type Token, TypeReader, type TypeValue } from './type-values.js';

export interface ReadParameter extends Parameter {
  readonly token?: Token;
}

const unknownType: TypeValue = {};

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

/** Reads the parameters of functions and constructors of one file. */
export class ParameterTypes {
  readonly #module: SourceModule;
  readonly #id: string;

  constructor(module: SourceModule, id: string) {
    this.#module = module;
    this.#id = id;
  }

  /** The parameters of a function; `undefined` for a class that inherits its constructor. */
  read(node: FunctionLike | Class): readonly ReadParameter[] | undefined {
    const written = writtenParameters(node);
    if (written) return written.map((param) => this.#readOne(param, node));
    return isClass(node) && node.superClass ? undefined : [];
  }

  #readOne(param: ParamPattern, owner: FunctionLike | Class): ReadParameter {
    const written = param.type === 'TSParameterProperty' ? param.parameter : param;
    const pattern = written.type === 'AssignmentPattern' ? written.left : written;
    const bound = pattern.type === 'RestElement' ? pattern.argument : pattern;
    const annotation = pattern.typeAnnotation;
    const type = annotation?.typeAnnotation;
    const rest = pattern.type === 'RestElement';
    const value = type && !rest ? new TypeReader(this.#module, this.#id, owner).read(type) : unknownType;
    const optional =
      value.optional ||
      written.type === 'AssignmentPattern' ||
      ('optional' in pattern && pattern.optional === true);
    const nameEnd = annotation && annotation.start < bound.end ? annotation.start : bound.end;
    return {
      name: bound.type === 'Identifier' ? bound.name : this.#module.code.slice(bound.start, nameEnd).trim(),
      type: type ? this.#module.code.slice(type.start, type.end) : '',
      ...(optional && { optional: true }),
      ...(rest && { rest: true }),
      ...(value.primitive && { primitive: value.primitive }),
      ...(value.from && { from: value.from }),
      ...(value.token && { token: value.token }),
    };
  }
}
