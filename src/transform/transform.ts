import MagicString, { type SourceMap } from 'magic-string';
import { type Analysis, analyse, fileOf } from './analysis.js';
import type { BundledFile } from './bundled-file.js';
import { programMayDeclare, textMayDeclare } from './candidates.js';
import { declareInPlace, insertBeforeAll } from './declaration-edits.js';
import { Records } from './records.js';
import { parse } from './source-module.js';
import { isInjectable, type Subject } from './subjects.js';

/** How {@link transform} writes what it adds. */
export interface TransformOptions {
  /** The module that the added code imports. Default: `'offstage/runtime'`. */
  readonly runtime?: string;
  /** For the plugin of a bundler. Default: the file runs as it is. */
  readonly bundle?: BundledFile;
}

export type { BundledFile, SliceReference } from './bundled-file.js';

/** Code with its source map. */
export interface Transformed {
  readonly code: string;
  readonly map: SourceMap;
}

/** Another file may add what uses module state, which must then be known to stay on the main thread. */
function isNeeded({ threadOf }: Analysis) {
  return (subject: Subject) => {
    if (isInjectable(subject)) return true;
    const thread = subject.exported ? threadOf(subject) : undefined;
    return thread !== undefined && 'captures' in thread;
  };
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
  const edited = edit(code, fileOf(id), options);
  // The tree is no more by now, which saves the garbage collector from looking through it again and again.
  return edited && { code: edited.toString(), map: edited.generateMap({ source: id, includeContent: true }) };
}

function edit(code: string, file: string, options: TransformOptions): MagicString | undefined {
  const parsed = textMayDeclare(code) ? parse(code, file) : undefined;
  if (!parsed || !programMayDeclare(parsed.program, code)) return undefined;
  const analysis = analyse(code, file, parsed);
  // What a bundler may leave out must not be kept by a record that nobody needs.
  const subjects = options.bundle ? analysis.subjects.filter(isNeeded(analysis)) : analysis.subjects;
  if (subjects.length === 0 && !(options.bundle && analysis.importedTasks.length > 0)) return undefined;
  const edited = new MagicString(code);
  const records = new Records(analysis, 'import.meta.url', options.bundle);
  const header = declareInPlace(edited, analysis, records, subjects, () => true);
  const located = options.bundle ? records.importedTasks() : '';
  insertBeforeAll(edited, analysis, [header, located].filter((text) => text !== '').join(' '));
  edited.append(
    `${code.endsWith('\n') ? '' : '\n'}${records.imports(options.runtime ?? 'offstage/runtime')}`,
  );
  // By syntax: a map of each word costs as much as the whole analysis.
  for (const position of analysis.module.positions) edited.addSourcemapLocation(position);
  return edited;
}
