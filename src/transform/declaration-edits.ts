import type MagicString from 'magic-string';
import type { Class, Node } from 'oxc-parser';
import type { Analysis } from './analysis.js';
import type { Records } from './records.js';
import type { Subject } from './subjects.js';
import { isClass, startOf } from './syntax.js';

/**
 * Writes the calls that declare into the code, each where its subject's placement says.
 *
 * @returns what must come before all that runs
 */
export function declareInPlace(
  code: MagicString,
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
        code.appendLeft(afterDirectives(analysis, placement.block), `${opening}${local}${closing};`);
        break;
      case 'cases':
        for (const first of placement.starts)
          code.appendLeft(startOf(first), `${opening}${local}${closing}; `);
        break;
      case 'after':
        if (isClass(node) && !subject.reference) nameDefaultClass(code, analysis, node);
        code.appendLeft(
          placement.statement.end,
          `${ending(analysis, placement.statement)} ${opening}${local}${closing};`,
        );
        break;
      case 'around':
        code.appendRight(startOf(node), spaced(analysis, node, opening)).appendLeft(node.end, closing);
        break;
      case 'method': {
        const name = JSON.stringify(subject.name);
        code.appendRight(placement.property.start, `${name}: ${opening}{ `);
        code.appendLeft(placement.property.end, ` }[${name}]${closing}`);
        break;
      }
    }
  }
  return [records.typeImports(), ...header].filter((text) => text !== '').join(' ');
}

/** What an anonymous default export is called where it must be named. */
export function defaultName(analysis: Analysis): string {
  return `${analysis.prefix}_default`;
}

/** Puts text before all that runs, on a line that is there. */
export function insertBeforeAll(code: MagicString, analysis: Analysis, text: string): void {
  if (text === '') return;
  let prologue: Node | undefined;
  for (const statement of analysis.module.program.body) {
    const isDirective = statement.type === 'ExpressionStatement' && typeof statement.directive === 'string';
    if (!isDirective && statement.type !== 'ImportDeclaration') {
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
  return last === ';' || (last === '}' && declared?.type !== 'VariableDeclaration') ? '' : ';';
}

function afterDirectives(analysis: Analysis, block: Node): number {
  // Of a static block, `static` is a part.
  let end = analysis.module.code.indexOf('{', block.start) + 1;
  if (block.type !== 'BlockStatement') return end;
  for (const statement of block.body)
    if (statement.type === 'ExpressionStatement' && typeof statement.directive === 'string')
      end = statement.end;
  return end;
}

function afterFunctionKeyword(analysis: Analysis, node: Node): number {
  const typeParameters = 'typeParameters' in node ? node.typeParameters : undefined;
  return typeParameters?.start ?? analysis.module.code.indexOf('(', node.start);
}

const defaultNameProperty = `{ value: 'default', configurable: true }`;

function namedDefault(local: string): string {
  return `Object.defineProperty(${local}, 'name', ${defaultNameProperty})`;
}

function nameDefaultClass(code: MagicString, analysis: Analysis, node: Class): void {
  const from = node.decorators.at(-1)?.end ?? node.start;
  const keyword = analysis.module.code.indexOf('class', from);
  code.appendLeft(keyword + 'class'.length, ` ${defaultName(analysis)}`);
  code.appendLeft(
    node.body.start + 1,
    ` static { Object.defineProperty(this, 'name', ${defaultNameProperty}); }`,
  );
}
