import MagicString, { Bundle } from 'magic-string';
import { type Analysis, analyse, fileOf, moduleUrl } from '../analysis.js';
import type { BundledFile } from '../edits/bundled-file.js';
import { declareInPlace, defaultName, insertBeforeAll } from '../edits/declaration-edits.js';
import { Records } from '../edits/records.js';
import { parse } from '../source/source-module.js';
import { contains, startOf } from '../source/syntax.js';
import type { ImportedFunction } from '../tasks/imported-functions.js';
import type { Subject } from '../tasks/subjects.js';
import type { Transformed } from '../transform.js';
import { cutsFor, type Range } from './slice-cuts.js';
import { type SlicePurpose, selectParts } from './slice-selection.js';

/** How a module is loaded on a worker thread. */
export interface SliceOptions extends SlicePurpose {
  /** The module that the added code imports. Default: `'offstage/runtime'`. */
  readonly runtime?: string;
  /** Where the slice becomes part of a bundle. */
  readonly bundle?: BundledFile;
  /** Specifiers for which the bundler finds nothing. */
  readonly absent?: ReadonlySet<string>;
}

/**
 * What a worker thread loads for a module. A module whose top level only declares stays whole. Of any other it has
 * the task functions, the exports where another module imports it, and the declarations and imports that these use.
 */
export function slice(source: string, id: string, options: SliceOptions): Transformed {
  // What magic-string appends at the very end of the text, it keeps in each part of it.
  const code = source.endsWith('\n') ? source : `${source}\n`;
  const file = fileOf(id);
  const parsed = parse(code, file);
  if (!parsed) return { ...mapped(new MagicString(code), [], id, ''), unknownSources: [] }; // its errors are the compiler's to report
  const analysis = analyse(code, file, parsed, options.absent);
  const parts = selectParts(analysis, options);
  const { moduleUrls } = analysis.module;
  const url = JSON.stringify(moduleUrl(id));
  const records = new Records(analysis, parts.whole ? 'import.meta.url' : url, options.bundle);
  // A bundle has a place of its own, which `import.meta` tells as it does in the rest of the bundle.
  const keepsUrls = parts.whole || options.bundle !== undefined;
  const edit = (text: MagicString, cuts: readonly Range[], subjects: readonly Subject[]) => {
    for (const [start, end] of cuts) text.remove(start, end);
    for (const { start, end } of keepsUrls ? [] : moduleUrls)
      if (!cuts.some((range) => range[0] <= start && end <= range[1])) text.overwrite(start, end, url);
    return { text, header: declareInPlace(text, analysis, records, subjects, parts.typed) };
  };
  const uncut = edit(new MagicString(code), [], parts.subjects);
  const lifted = parts.lifted.map((subject) => {
    // Its own record may stand where it begins, at the start of its block, and would come with it.
    const within = subject.placement.at === 'block' || subject.placement.at === 'cases';
    const text = within
      ? edit(new MagicString(code), [], parts.subjects.filter(isIn(subject))).text
      : uncut.text;
    return lift(text, analysis, records, subject);
  });
  const cuts = parts.whole ? [] : cutsFor(analysis, parts.units, options.tasksOnly);
  const { text: rest, header } = edit(new MagicString(code), cuts, parts.subjects.filter(parts.inPlace));
  insertBeforeAll(rest, analysis, header);
  const exports = parts.exported.map((subject) => exportOf(analysis, subject));
  if (options.bundle && options.tasksOnly && !options.copies)
    exports.push(...analysis.importedFunctions.filter(({ task }) => task).map(passOn));
  const added = `${exports.join('')}${records.imports(options.runtime ?? 'offstage/runtime')}`;
  return { ...mapped(rest, lifted, id, added), unknownSources: analysis.unknownSources };
}

function isIn(outer: Subject): (subject: Subject) => boolean {
  return (subject) => subject !== outer && contains(outer.node, subject.node);
}

function mapped(rest: MagicString, lifted: readonly MagicString[], id: string, added: string) {
  const bundle = new Bundle();
  for (const content of [rest, ...lifted]) bundle.addSource({ filename: id, content });
  bundle.addSource({ content: new MagicString(added) });
  return { code: bundle.toString(), map: bundle.generateMap({ hires: 'boundary', includeContent: true }) };
}

function exportOf(analysis: Analysis, subject: Subject): string {
  return `export { ${subject.reference ?? defaultName(analysis)} as ${exportName(analysis, subject)} };\n`;
}

function passOn({ imported, export: name, specifier }: ImportedFunction): string {
  return `export { ${JSON.stringify(imported)} as ${name} } from ${JSON.stringify(specifier)};\n`;
}

function exportName(analysis: Analysis, subject: Subject): string {
  const thread = analysis.threadOf(subject);
  if (!thread || 'back' in thread) return '';
  return 'captures' in thread ? (thread.copy ?? '') : thread.export;
}

/** The text of an inner function, as a declaration of the top level. */
function lift(uncut: MagicString, analysis: Analysis, records: Records, subject: Subject): MagicString {
  const { node, placement } = subject;
  const name = exportName(analysis, subject);
  if (placement.at === 'method') {
    const property = uncut.snip(placement.property.start, placement.property.end);
    return property.prepend(`export const ${name} = ({ `).append(` })[${JSON.stringify(subject.name)}];`);
  }
  const text = uncut.snip(startOf(node), node.end);
  if (placement.at === 'around') return text.prepend(`export const ${name} = `).append(';');
  return text
    .prepend(`export const ${name} = ${records.opening()}`)
    .append(`${records.closing(subject, false)};`);
}
