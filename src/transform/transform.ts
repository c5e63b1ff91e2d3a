import MagicString, { type SourceMap } from 'magic-string';
import { analyse } from './analysis.js';
import { declareInPlace, insertBeforeAll } from './declaration-edits.js';
import { Records } from './records.js';

/** How {@link transform} writes what it adds. */
export interface TransformOptions {
  /** The module that the added code imports. Default: `'offstage/runtime'`. */
  readonly runtime?: string;
}

/** Code with its source map. */
export interface Transformed {
  readonly code: string;
  readonly map: SourceMap;
}

/**
 * Adds to a module what the run time has to know of its functions and classes: the types of their parameters, and
 * how a worker thread finds them. All else stays as it is: TypeScript stays TypeScript, and lines stay where they are.
 *
 * @param code the source, TypeScript or JavaScript
 * @param id its path or URL; the ending tells the language
 * @returns the code and its map, or `undefined` where there is nothing to add
 */
export function transform(code: string, id: string, options: TransformOptions = {}): Transformed | undefined {
  if (!mayDeclare(code)) return undefined;
  const analysis = analyse(code, id);
  if (!analysis || analysis.subjects.length === 0) return undefined;
  const edited = new MagicString(code);
  const records = new Records(analysis, 'import.meta.url');
  const header = declareInPlace(edited, analysis, records, analysis.subjects, () => true);
  insertBeforeAll(edited, analysis, header);
  edited.append(
    `${code.endsWith('\n') ? '' : '\n'}${records.imports(options.runtime ?? 'offstage/runtime')}`,
  );
  return {
    code: edited.toString(),
    map: edited.generateMap({ hires: 'boundary', source: id, includeContent: true }),
  };
}

/** A look at the text, which costs far less than to parse it. */
function mayDeclare(code: string): boolean {
  return /=>|\b(function|class|useFactory|inject|task)\b/.test(code);
}
