/** What may hide a bracket or a comma, and those that count. */
const marks = /\/\*[\s\S]*?\*\/|\/\/.*|(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|=>|[([{}\]),]/g;

/** What the source of a function says of its parameters after the first one: runners of tests read fixtures there. */
export function laterParameters(fn: (...args: never[]) => unknown): string {
  const source = Function.prototype.toString.call(fn);
  let depth = 0;
  let from: number | undefined;
  for (const { 0: mark, index } of source.matchAll(marks)) {
    if (mark === '=>' && depth === 0) return ''; // its one parameter has no brackets
    if ('([{'.includes(mark)) depth++;
    else if (')]}'.includes(mark)) depth--;
    else if (mark === ',' && depth === 1) from ??= index + 1;
    if (mark === ')' && depth === 0) return from === undefined ? '' : source.slice(from, index).trim();
  }
  return '';
}
