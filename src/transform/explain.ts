import type { ParamPattern, TSType } from 'oxc-parser';
import { type Analysis, analyse, fileOf } from './analysis.js';
import { parseWithErrors } from './source/source-module.js';
import { isClass } from './source/syntax.js';
import { syntaxError } from './syntax-error.js';
import { namedTokens } from './tasks/named-tokens.js';
import type { Subject } from './tasks/subjects.js';
import { kindOf } from './tasks/thread-location.js';
import { declaredBy, type ReadParameter, writtenParameters } from './types/parameter-types.js';
import { qualifiedPath } from './types/type-syntax.js';
import type { Token } from './types/type-values.js';

/** What the transform makes of a function or class. */
interface Explanation {
  readonly line: number;
  /** As written: `send(mailer: Mailer, to: string)`. */
  readonly signature: string;
  /** Where it runs as a task, or why nothing is added for it. */
  readonly place: string;
  readonly parameters: readonly { readonly name: string; readonly takenFor: string }[];
}

/** Says of each function and class in a file what its parameters are taken for. */
export function explain(code: string, id: string): readonly Explanation[] {
  const file = fileOf(id);
  const parsed = parseWithErrors(code, file);
  const [error] = parsed.errors;
  if (error) throw syntaxError(file, error);
  const analysis = analyse(code, file, parsed);
  const { module, subjects } = analysis;
  const told = new Set<unknown>(subjects.map(({ node }) => node));
  const others = [...module.functions, ...module.classes].filter((node) => !told.has(node));
  const all = [
    ...subjects.map((subject) => ({
      at: subject.node.start,
      explanation: explainSubject(subject, analysis),
    })),
    ...others
      .filter((node) => !isMember(node, analysis))
      .map((node) => ({ at: node.start, explanation: leftOut(node, analysis) })),
  ];
  return all.sort((a, b) => a.at - b.at).map(({ explanation }) => explanation);
}

function explainSubject(subject: Subject, analysis: Analysis): Explanation {
  const { node, parameters } = subject;
  const written = writtenParameters(node) ?? [];
  const named = namedTokens(analysis.module, subject);
  // What a class needs has to be provided; a function may be passed it.
  const otherwise = isClass(node) ? '' : ", or the caller's where nobody provides it";
  return {
    line: analysis.module.lineOf(node),
    signature: `${subject.name || 'anonymous'}(${(parameters ?? []).map(asWritten).join(', ')})`,
    place: placeOf(subject, analysis),
    parameters: (parameters ?? []).map((parameter, index) => ({
      name: parameter.name,
      takenFor: named
        ? takenByHand(parameter, named.slice(index))
        : takenFor(parameter, otherwise, typeOf(written[index]), analysis),
    })),
  };
}

function leftOut(node: Subject['node'], analysis: Analysis): Explanation {
  const { module } = analysis;
  const name = node.id?.name ?? 'anonymous';
  const params = (writtenParameters(node) ?? []).map((param) => module.code.slice(param.start, param.end));
  const place = isClass(node)
    ? 'nothing is added: no decorator, and no parameter with a class or token'
    : 'nothing is added: it neither stands at the top level nor is given to inject, task, add, map or useFactory';
  return {
    line: module.lineOf(node),
    signature: isClass(node) ? `class ${name}` : `${name}(${params.join(', ')})`,
    place,
    parameters: [],
  };
}

/** The methods and constructor of a class are told of with the class. */
function isMember(node: Subject['node'], { module }: Analysis): boolean {
  return !isClass(node) && module.parentOf(node)?.type === 'MethodDefinition';
}

function asWritten({ name, type, rest }: ReadParameter): string {
  return `${rest ? '...' : ''}${name}${type ? `: ${type}` : ''}`;
}

function placeOf(subject: Subject, analysis: Analysis): string {
  const kind = kindOf(subject);
  if (kind === 'class') return 'class';
  if (kind !== 'sync') return `${kind}: on the event loop`;
  const thread = analysis.threadOf(subject);
  if (!thread) return 'sync: where it is called';
  if ('captures' in thread)
    return `sync: as a task on the event loop, since a thread would see a copy of ${thread.captures.join(', ')}`;
  return `sync: as a task on a worker thread, which loads ${analysis.whole ? 'the module' : 'what it uses of the module'}`;
}

/** @param named what is named from this parameter on */
function takenByHand(parameter: ReadParameter, named: readonly (string | undefined)[]): string {
  const { rest } = parameter;
  const tokens = named.slice(0, rest ? undefined : 1).filter((token) => token !== undefined);
  if (tokens.length === 0)
    return rest ? "the caller's: all arguments that are left" : "the caller's: no token is named for it";
  return `injected: ${tokens.join(', ')}, named by hand${rest ? ', before all arguments that are left' : absent(parameter)}`;
}

/** What a parameter is given that nobody provides, if it can do without. */
function absent({ optional, nullable }: ReadParameter): string {
  if (optional) return ', or undefined where nobody provides it';
  return nullable ? ', or null where nobody provides it' : '';
}

/** @param otherwise where it comes from if it is required, and nobody provides it */
function takenFor(
  parameter: ReadParameter,
  otherwise: string,
  type: TSType | undefined,
  analysis: Analysis,
): string {
  const { token, primitive, from, rest } = parameter;
  if (token) return `injected: ${describe(token)}${absent(parameter) || otherwise}`;
  if (rest) return "the caller's: all arguments that are left";
  if (primitive) return `the caller's: typeof ${primitive.join(' or ')}`;
  if (from)
    return `the caller's: ${from.specifier} has nothing that runs; typeToken('${from.specifier}', '${from.name}') can provide it`;
  if (!type) return "the caller's: no type is written";
  const name = type.type === 'TSTypeReference' ? qualifiedPath(type.typeName).join('.') : undefined;
  if (name === undefined) return "the caller's: only a class or a token can be injected";
  if (analysis.module.topLevel.type(name))
    return `the caller's: ${name} has no value; declare const ${name} = token<${name}>('${name}') beside it to inject it`;
  return `the caller's: ${name} is no class or token`;
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'local':
      return `${token.path.join('.')}, of this file`;
    case 'global':
      return `${token.path.join('.')}, a global`;
    case 'imported':
      return `${token.path.join('.')} of '${token.specifier}', if that is a value`;
    case 'lazy':
      return `${token.name} of '${token.specifier}', if that is a value; loaded when needed, as it is imported as a type`;
    case 'derived': {
      const of = describe(token.of);
      if (token.derivation === 'all') return `all that is provided for ${of}`;
      return token.derivation === 'lazy' ? `${of}, made when it is asked for` : `a function that makes ${of}`;
    }
  }
}

function typeOf(param: ParamPattern | undefined): TSType | undefined {
  return param && declaredBy(param).pattern.typeAnnotation?.typeAnnotation;
}
