import { existsSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followAlias, manifest, targetsIn } from './package-imports.js';

/**
 * `types`: it has nothing that runs. `sources`: a package of the workspace, part of the program. `missing`: an alias of
 * a bundler, or the package's own name.
 */
type Found = 'runs' | 'types' | 'sources' | 'missing';

const known = new Map<string, Found>();

/** A file that imports. */
export interface Importer {
  readonly file: string;
  /** Specifiers for which its bundler finds nothing. */
  readonly absent?: ReadonlySet<string> | undefined;
}

/** Whether a specifier resolves to something that runs: what holds types alone has nothing to import. */
export function hasRunTime(specifier: string, { file, absent }: Importer): boolean {
  if (isBuiltin(specifier)) return true;
  if (absent?.has(specifier)) return false;
  return hasScheme.test(specifier) || lookUp(specifier, file) !== 'types';
}

/** Whether nobody but a bundler can tell what a specifier resolves to. */
export function isUnknown(specifier: string, file: string): boolean {
  if (isBuiltin(specifier)) return false;
  return hasScheme.test(specifier) || lookUp(specifier, file) === 'missing';
}

const hasScheme = /^[a-z]+:/;

/** Whether a file is a declaration for the compiler. */
export function declaresOnly(file: string): boolean {
  return /\.d\.[cm]?ts$/.test(file);
}

/** Whether a specifier names a package that comes compiled, or a module of Node. */
export function isInstalled(specifier: string, importer: string): boolean {
  if (isBuiltin(specifier)) return true;
  if (/^[./#]|^[a-z]+:/.test(specifier)) return false;
  return !/^(sources|missing)$/.test(lookUp(specifier, importer));
}

function lookUp(specifier: string, importer: string): Found {
  const start = dirname(importer.startsWith('file:') ? fileURLToPath(importer) : importer);
  return lookUpFrom(start, specifier);
}

function lookUpFrom(start: string, specifier: string): Found {
  const isFile = /^[./]/.test(specifier);
  const isAlias = specifier.startsWith('#');
  const key = isFile ? resolve(start, specifier) : `${start}\0${specifier}`;
  let found = known.get(key);
  if (found === undefined) {
    found = isFile ? findFile(key) : isAlias ? findAliased(specifier, start) : findPackage(specifier, start);
    // Its source may be added beside a declaration, while a dev server runs.
    if (!(isFile && found === 'types')) known.set(key, found);
  }
  return found;
}

function findAliased(alias: string, start: string): Found {
  const { folder, targets } = followAlias(alias, start);
  const found = new Set(targets.map((target) => (isBuiltin(target) ? 'runs' : lookUpFrom(folder, target))));
  if (found.has('runs') || found.has('sources')) return 'runs';
  return found.has('types') ? 'types' : 'missing';
}

const sources = [
  '.ts',
  '.tsx',
  '.mts',
  '.js',
  '.jsx',
  '.mjs',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '/package.json',
];
const declarations = ['.d.ts', '.d.mts', '.d.cts', '/index.d.ts'];

/** Only a declaration that stands alone is types: what is not there at all may be made yet. */
function findFile(path: string): Found {
  if (declaresOnly(path)) return 'types';
  const stem = path.replace(/\.m?[jt]sx?$/, '');
  const exists = (ending: string) => existsSync(stem + ending);
  return declarations.some(exists) && !isFile(path) && !sources.some(exists) ? 'types' : 'runs';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function findPackage(specifier: string, start: string): Found {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  for (let folder = start; ; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules', name);
    if (existsSync(join(installed, 'package.json')))
      return kindOf(installed, `.${specifier.slice(name.length)}`);
    if (existsSync(join(folder, 'node_modules/@types', name.replace('@', '').replace('/', '__'))))
      return 'types';
    if (folder === dirname(folder)) return 'missing';
  }
}

/** @param part what is imported of it: `.`, or a path that begins with `./` */
function kindOf(folder: string, part: string): Found {
  try {
    const content = manifest(folder);
    const entries = content.exports ?? [content.main, content.module];
    const isLinked = !/[\\/]node_modules[\\/]/.test(realpathSync(folder));
    if (isLinked && namesFile(entries, (file) => /\.[cm]?tsx?$/.test(file) && !declaresOnly(file)))
      return 'sources';
    if (content.exports !== undefined && !namesFile(entries, isCode)) return 'types';
    if (part !== '.') return kindOfPart(folder, content.exports, part);
    const hasEntry =
      Boolean(content.exports || content.main || content.module) || isFile(join(folder, 'index.js'));
    return hasEntry ? 'runs' : 'types';
  } catch {
    return 'types';
  }
}

/** A package may have paths that hold declarations alone, beside others. */
function kindOfPart(folder: string, exports: unknown, part: string): Found {
  const files = exports === undefined ? [part] : targetsIn(exports, part);
  return files.some((file) => findFile(join(folder, file)) === 'runs') ? 'runs' : 'types';
}

function isCode(file: string): boolean {
  return !declaresOnly(file) && !/(^|\/)package\.json$/.test(file);
}

/** Whether one of the files that `exports` names, under whatever condition but `types`, is of a kind. */
function namesFile(exports: unknown, isOne: (file: string) => boolean): boolean {
  if (typeof exports === 'string') return isOne(exports);
  if (typeof exports !== 'object' || exports === null) return false;
  return Object.entries(exports).some(([key, value]) => key !== 'types' && namesFile(value, isOne));
}
