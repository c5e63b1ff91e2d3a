import type { Class, Node } from 'oxc-parser';
import type { Analysis } from '../analysis.js';
import { isClass, isDirective, propertyName, startOf } from '../source/syntax.js';
import type { Subject } from '../tasks/subjects.js';
import type { Insertable } from './insertions.js';
import type { Records } from './records.js';

/**
 * Writes the calls that declare into the code, each where its subject's placement says.
 *
 * @returns what must come before all that runs
 */
export function declareInPlace(
  code: Insertable,
  analysis: Analysis,
  records: Records,
  subjects: readonly Subject[],
  typed: (subject: Subject) => boolean,
): string {
  const header: string[] = [];
  for (const subject of subjects) {
    const { node, placement } = subject;
    if (placement.at === 'decorator') {
      code.appendLeft(placement.behind.end, ` ${records.decorator(subject, typed(subject))}`);
      continue;
    }
    const opening = records.opening();
    const closing = records.closing(subject, typed(subject));
    const local = subject.reference ?? defaultName(analysis);
    switch (placement.at) {
      case 'header': {
        if (placement.anonymous) code.appendLeft(afterFunctionKeyword(analysis, node), ` ${local} `);
        header.push(`${opening}${placement.anonymous ? namedDefault(local) : local}${closing};`);
        break;
      }
      case 'block':
        code.appendLeft(...atStart(analysis, placement.block, `${opening}${local}${closing};`));
        break;
      case 'cases':
        for (const first of placement.starts)
          code.appendRight(startOf(first), `${opening}${local}${closing}; `);
        break;
      case 'after':
        if (isClass(node) && !subject.reference) nameDefaultClass(code, analysis, node);
        code.appendLeft(
          placement.statement.end,
          `${ending(analysis, placement.statement)} ${opening}${local}${closing};`,
        );
        break;
      case 'inside':
        code.appendLeft((node.body?.start ?? 0) + 1, ` static { ${opening}this${closing}; }`);
        break;
      case 'around':
        // Prepended: what ends at the same place, and began before, ends behind it.
        code.appendRight(startOf(node), spaced(analysis, node, opening));
        code.prependLeft(node.end, closing);
        break;
      case 'method': {
        const name = JSON.stringify(subject.name);
        code.appendRight(placement.property.start, `${name}: ${opening}{ `);
        code.appendLeft(placement.property.end, ` }[${name}]${closing}`);
        break;
      }
    }
  }
  return [...records.declarations(), ...header].join(' ');
}

/** What an anonymous default export is called where it must be named. */
export function defaultName(analysis: Analysis): string {
  return `${analysis.prefix}_default`;
}

/** Puts text before all that runs, on a line that is there. */
export function insertBeforeAll(code: Insertable, analysis: Analysis, text: string): void {
  if (text === '') return;
  let prologue: Node | undefined;
  for (const statement of analysis.module.program.body) {
    if (!isDirective(statement) && statement.type !== 'ImportDeclaration') {
      if (prologue) break;
      code.prependRight(startOf(statement), `${text} `);
      return;
    }
    prologue = statement;
  }
  if (prologue) code.appendLeft(prologue.end, `${ending(analysis, prologue)} ${text}`);
}

/** In `export default(a) => a` the keyword ends where the function begins. */
function spaced(analysis: Analysis, node: Node, text: string): string {
  return /\w/.test(analysis.module.code[startOf(node) - 1] ?? '') ? ` ${text}` : text;
}

/** The semicolon that a statement leaves to the end of its line. */
function ending(analysis: Analysis, statement: Node): string {
  const last = analysis.module.code[statement.end - 1];
  const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  const isBlock = last === '}' && !/^(Variable|Import)Declaration$/.test(declared?.type ?? '');
  return last === ';' || isBlock ? '' : ';';
}

/** Where what runs first in a block stands, and its text there. */
function atStart(analysis: Analysis, block: Node, text: string): [at: number, text: string] {
  const statements = 'body' in block && Array.isArray(block.body) ? (block.body as Node[]) : [];
  const last = statements.filter(isDirective).at(-1);
  if (last) return [last.end, `${ending(analysis, last)}${text}`];
  const [first] = statements;
  return [first ? startOf(first) : block.end, text];
}

function afterFunctionKeyword(analysis: Analysis, node: Node): number {
  const typeParameters = 'typeParameters' in node ? node.typeParameters : undefined;
  return typeParameters?.start ?? positionOf(analysis, '(', node.start);
}

const defaultNameProperty = `{ value: 'default', configurable: true }`;

function namedDefault(local: string): string {
  return `Object.defineProperty(${local}, 'name', ${defaultNameProperty})`;
}

function nameDefaultClass(code: Insertable, analysis: Analysis, node: Class): void {
  const from = node.decorators.at(-1)?.end ?? node.start;
  const keyword = positionOf(analysis, 'class', from);
  code.appendLeft(keyword + 'class'.length, ` ${defaultName(analysis)}`);
  const hasName = node.body.body.some(
    (member) =>
      (member.type === 'MethodDefinition' || member.type === 'AccessorProperty') &&
      member.static &&
      propertyName(member) === 'name',
  );
  if (hasName) return;
  code.appendLeft(
    node.body.start + 1,
    ` static { Object.defineProperty(this, 'name', ${defaultNameProperty}); }`,
  );
}

/** Where a keyword or sign stands behind a position, whatever the comments between say. */
function positionOf(analysis: Analysis, text: string, from: number): number {
  const { code, comments } = analysis.module;
  const at = code.indexOf(text, from);
  const comment = comments.find(({ start, end }) => start <= at && at < end);
  return comment ? positionOf(analysis, text, comment.end) : at;
}
