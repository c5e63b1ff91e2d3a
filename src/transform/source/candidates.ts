import type { Node, Program } from 'oxc-parser';
import { isFunction, unwrap } from './syntax.js';

// What stands in a comment by itself, as most prose does, is left out of the looks at the text.
const ofCode = String.raw`^(?![ \t]*(?:\*(?!/)|//)).*`;
// In strings a quote stands behind these words.
const declaration = new RegExp(
  String.raw`${ofCode}(?:\bfunction\b\s*[\w$*(</\\\P{ASCII}]|\bclass\b[\s\w$/{\\])`,
  'mu',
);
const asking = /\b(?:inject|task|useFactory|decorateProvider|addTask)\b|['"]offstage\/?\w*['"]/;
const arrow = new RegExp(`${ofCode}=>`, 'm');
/** What an arrow function can be the value of, or be given to. */
const holder = /\b(?:const|let|var|default)\b|\.(?:add|map)\b/;

/** Whether a file may have something to declare: a look at the text costs far less than to parse it. */
export function textMayDeclare(code: string): boolean {
  return asking.test(code) || declaration.test(code) || (holder.test(code) && arrow.test(code));
}

/** Whether a parsed file may have something to declare: a look at its statements costs less than to walk it. */
export function programMayDeclare(program: Program, code: string): boolean {
  return /\bclass\b|\.(?:add|map)\b/.test(code) || asking.test(code) || program.body.some(holdsFunction);
}

function holdsFunction(statement: Node): boolean {
  const isExport =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  const node = (isExport && statement.declaration) || statement;
  if (node.type !== 'VariableDeclaration') return isFunction(unwrap(node));
  return node.declarations.some(({ init }) => init && isFunction(unwrap(init)));
}
