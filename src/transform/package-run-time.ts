import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const known = new Map<string, boolean>();

/** Whether a specifier resolves to something that runs: what holds types alone has nothing to import. */
export function hasRunTime(specifier: string, importer: string): boolean {
  if (/^#|^[a-z]+:/.test(specifier) || isBuiltin(specifier)) return true;
  const start = dirname(importer.startsWith('file:') ? fileURLToPath(importer) : importer);
  const isFile = /^[./]/.test(specifier);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const key = isFile ? resolve(start, specifier) : `${start}\0${name}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = isFile ? !onlyDeclares(key) : findPackage(name, start);
    known.set(key, answer);
  }
  return answer;
}

const sources = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '/index.ts', '/index.js'];
const declarations = ['.d.ts', '.d.mts'];

/** Whether a declaration stands alone where a file is imported. What is not there at all may be made yet. */
function onlyDeclares(path: string): boolean {
  const stem = path.replace(/\.m?[jt]sx?$/, '');
  const exists = (ending: string) => existsSync(stem + ending);
  return declarations.some(exists) && !existsSync(path) && !sources.some(exists);
}

function findPackage(name: string, start: string): boolean {
  for (let folder = start; ; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules', name);
    if (existsSync(join(installed, 'package.json'))) return runs(installed);
    if (existsSync(join(folder, 'node_modules/@types', name.replace('@', '').replace('/', '__'))))
      return false;
    // Not installed: an alias of a bundler, or the package's own name.
    if (folder === dirname(folder)) return true;
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
