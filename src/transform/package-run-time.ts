import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `types`: it has nothing that runs. `missing`: an alias of a bundler, or the package's own name. */
type Package = 'runs' | 'types' | 'missing';

const known = new Map<string, Package>();

/** Whether a specifier resolves to something that runs: a package of types alone has nothing to import. */
export function hasRunTime(specifier: string, importer: string): boolean {
  return isNoPackage(specifier) || isBuiltin(specifier) || packageOf(specifier, importer) !== 'types';
}

/** Whether a specifier names an installed package, or a module of Node. */
export function isInstalled(specifier: string, importer: string): boolean {
  if (isBuiltin(specifier)) return true;
  return !isNoPackage(specifier) && packageOf(specifier, importer) !== 'missing';
}

function isNoPackage(specifier: string): boolean {
  return /^[./#]|^[a-z]+:/.test(specifier);
}

function packageOf(specifier: string, importer: string): Package {
  const start = dirname(importer.startsWith('file:') ? fileURLToPath(importer) : importer);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const key = `${start}\0${name}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = findPackage(name, start);
    known.set(key, answer);
  }
  return answer;
}

function findPackage(name: string, start: string): Package {
  for (let folder = start; ; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules', name);
    if (existsSync(join(installed, 'package.json'))) return runs(installed) ? 'runs' : 'types';
    if (existsSync(join(folder, 'node_modules/@types', name.replace('@', '').replace('/', '__'))))
      return 'types';
    if (folder === dirname(folder)) return 'missing';
  }
}

function manifest(folder: string): Record<string, unknown> {
  const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return typeof content === 'object' && content !== null ? { ...content } : {};
}

function runs(folder: string): boolean {
  try {
    const content = manifest(folder);
    if (content.exports !== undefined) return namesCode(content.exports);
    return Boolean(content.main || content.module) || existsSync(join(folder, 'index.js'));
  } catch {
    return false;
  }
}

function namesCode(exports: unknown): boolean {
  if (typeof exports === 'string') return !/\.d\.[cm]?ts$|(^|\/)package\.json$/.test(exports);
  if (typeof exports !== 'object' || exports === null) return false;
  return Object.values(exports).some(namesCode);
}
