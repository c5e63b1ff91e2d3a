import { pathToFileURL } from 'node:url';
import type { ParseResult } from 'oxc-parser';
import type { ThreadLocation } from '../reflection/declare.js';
import { once } from './once.js';
import { readModule, type SourceModule } from './source/source-module.js';
import { propertyName, unwrap } from './source/syntax.js';
import { ModuleState } from './state/module-state.js';
import { onlyDeclares } from './state/purity.js';
import { readTopLevel, type TopLevel } from './state/top-level.js';
import { type ImportedFunction, importedFunctions } from './tasks/imported-functions.js';
import { findSubjects, hasToken, type Subject } from './tasks/subjects.js';
import { kindOf, ThreadLocations } from './tasks/thread-location.js';
import { isUnknown } from './types/package-run-time.js';

/** All that both the main thread and the workers read from a file, so that they agree. */
export interface Analysis {
  readonly module: SourceModule;
  readonly topLevel: TopLevel;
  /** The functions and classes to declare. */
  readonly subjects: readonly Subject[];
  /** The top level only declares, so a worker can load the module as it is. */
  readonly whole: boolean;
  /** What all added names begin with. */
  readonly prefix: string;
  /** What this file gives to what injects and other files declare. */
  readonly importedFunctions: readonly ImportedFunction[];
  /** Whether it asks for tasks on threads that have a state: `with({ on: 'thread' })`. */
  readonly asksForCopies: boolean;
  /** Where it has types from, as far as nobody but a bundler can tell whether anything runs there. */
  readonly unknownSources: readonly string[];
  threadOf(subject: Subject): ThreadLocation | undefined;
}

/**
 * Finds out what a parsed file declares.
 *
 * @param absent specifiers for which its bundler finds nothing
 */
export function analyse(
  code: string,
  file: string,
  parsed: ParseResult,
  absent?: ReadonlySet<string>,
): Analysis {
  const module = readModule(code, parsed);
  const topLevel = readTopLevel(module);
  const candidates = findSubjects(module, topLevel, { file, absent });
  let prefix = '$offstage';
  while (code.includes(prefix)) prefix += '$';
  // What threads need is found out when it is asked for: most files of a bundle are never asked.
  const whole = once(() => topLevel.units.every((unit) => onlyDeclares(module, unit)));
  const locations = once(
    () =>
      new ThreadLocations(module, topLevel, new ModuleState(module), candidates, { whole: whole(), prefix }),
  );
  const threads = new Map<Subject, ThreadLocation | undefined>();
  const threadOf = (subject: Subject) => {
    if (!threads.has(subject)) threads.set(subject, locations().locate(subject));
    return threads.get(subject);
  };
  const subjects = candidates.filter((subject) => {
    const kind = kindOf(subject);
    if (kind === 'class' || kind === 'sync' || subject.askedAt.length > 0) return true;
    if (subject.placement.at === 'decorator') return true; // its decorator may call it with what it finds here
    // Another module may add an exported function, and must then know that it needs nothing.
    return subject.exported || hasToken(subject.parameters);
  });
  return {
    module,
    topLevel,
    subjects,
    get whole() {
      return whole();
    },
    prefix,
    importedFunctions: importedFunctions(module, file, prefix),
    get asksForCopies() {
      return module.properties.some(asksForThread);
    },
    get unknownSources() {
      return unknownSources(subjects, file);
    },
    threadOf,
  };
}

function asksForThread(property: SourceModule['properties'][number]): boolean {
  const value = unwrap(property.value);
  return propertyName(property) === 'on' && value.type === 'Literal' && value.value === 'thread';
}

function unknownSources(subjects: readonly Subject[], file: string): readonly string[] {
  const sources = new Set<string>();
  for (const { parameters = [] } of subjects) {
    for (const { token } of parameters) {
      const type = token?.kind === 'derived' ? token.of : token;
      if (type && 'specifier' in type && isUnknown(type.specifier, file)) sources.add(type.specifier);
    }
  }
  return [...sources];
}

/** A module id without the query that bundlers add: in a path, behind a file's ending, since folders may have a `?`. */
export function fileOf(id: string): string {
  return id.replace(id.startsWith('file:') ? /[?#].*$/s : /(?<=\.\w+)\?.*$/s, '');
}

/** The URL under which a module runs, whatever query it was loaded with. */
export function moduleUrl(id: string): string {
  const file = fileOf(id);
  return file.startsWith('file:') ? file : pathToFileURL(file).href;
}
