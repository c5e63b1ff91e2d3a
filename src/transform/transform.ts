import { SourceMap as Version3 } from 'magic-string';
import { type Analysis, analyse, fileOf } from './analysis.js';
import type { BundledFile } from './edits/bundled-file.js';
import { declareInPlace, insertBeforeAll } from './edits/declaration-edits.js';
import { Insertions, withInserted } from './edits/insertions.js';
import { mappingsOf } from './edits/mappings.js';
import { Records } from './edits/records.js';
import { programMayDeclare, textMayDeclare } from './source/candidates.js';
import { isCommonJs } from './source/common-js.js';
import { parse } from './source/source-module.js';
import { isInjectable, type Subject } from './tasks/subjects.js';

/** How {@link transform} writes what it adds. */
export interface TransformOptions {
  /** The module that the added code imports. Default: `'offstage/runtime'`. */
  readonly runtime?: string;
  /** For the plugin of a bundler. Default: the file runs as it is. */
  readonly bundle?: BundledFile;
  /** Specifiers for which the bundler finds nothing, of those that {@link Transformed.unknownSources} told. */
  readonly absent?: ReadonlySet<string>;
}

export type { BundledFile, SliceReference } from './edits/bundled-file.js';

/** A source map of version 3. */
export interface SourceMap {
  version: number;
  file?: string | undefined;
  sources: string[];
  sourcesContent?: (string | null)[] | undefined;
  names: string[];
  mappings: string;
  /** As JSON. */
  toString(): string;
  /** As a `data:` URL. */
  toUrl(): string;
}

/** Code with its source map. */
export interface Transformed {
  readonly code: string;
  readonly map: SourceMap;
  /**
   * Where it takes types from that only a bundler can tell a run time of: aliases, and modules that are declared for
   * the compiler alone.
   */
  readonly unknownSources: readonly string[];
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
  if (!edited) return undefined;
  // The tree is no more by now, which saves the garbage collector from looking through it again and again.
  const { inserted, places, unknownSources } = edited;
  const map = new Version3({
    sources: [id.replaceAll('\\', '/')],
    sourcesContent: [code],
    names: [],
    mappings: mappingsOf(code, inserted, places),
  });
  return { code: withInserted(code, inserted), map, unknownSources };
}

/** What to insert, and the places that a source map has to tell apart; nothing where there is nothing to add. */
function edit(code: string, file: string, options: TransformOptions) {
  const parsed = textMayDeclare(code) ? parse(code, file) : undefined;
  if (!parsed || !programMayDeclare(parsed.program, code)) return undefined;
  if (options.bundle && isCommonJs(code, file)) return undefined;
  const analysis = analyse(code, file, parsed, options.absent);
  // What a bundler may leave out must not be kept by a record that nobody needs.
  const subjects = options.bundle ? analysis.subjects.filter(isNeeded(analysis)) : analysis.subjects;
  if (subjects.length === 0 && !(options.bundle && analysis.importedFunctions.length > 0)) return undefined;
  const edited = new Insertions();
  const records = new Records(analysis, 'import.meta.url', options.bundle);
  const header = declareInPlace(edited, analysis, records, subjects, () => true);
  const located = options.bundle ? records.importedFunctions() : '';
  insertBeforeAll(edited, analysis, [header, located].filter((text) => text !== '').join(' '));
  const imports = records.imports(options.runtime ?? 'offstage/runtime');
  edited.appendRight(code.length, `${code.endsWith('\n') ? '' : '\n'}${imports}`);
  const { module, unknownSources } = analysis;
  return { inserted: edited.inOrder(), places: module.places, unknownSources };
}
