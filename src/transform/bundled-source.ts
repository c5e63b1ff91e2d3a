import { readFile } from 'node:fs/promises';
import { extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOf } from './analysis.js';
import type { BundledFile } from './edits/bundled-file.js';
import { projectName } from './project-name.js';

/** What plugins look at: the program's own TypeScript and JavaScript. */
export const sourceFiles = /\.[cm]?[jt]sx?$/;

/** What declares cannot declare itself; seen where this package is linked instead of installed. */
const ownFolder = fileURLToPath(new URL('..', import.meta.url));

/** Whether a module id names a file of the program itself. */
export function isOwnSource(id: string): boolean {
  const file = fileOf(id);
  if (!sourceFiles.test(file) || file.includes('\0') || /[\\/]node_modules[\\/]/.test(file)) return false;
  return !file.startsWith(ownFolder);
}

/** This package stays an import of a bundle: its threads start from files of its own. */
export const ownPackage = /^offstage(\/|$)/;

/** Whether a bundle is for Cloudflare's Workers, which have neither threads nor modules outside of it. */
export function namesWorkers(conditions: readonly string[] | undefined): boolean {
  return conditions?.includes('workerd') ?? false;
}

/** A file as part of a bundle: named by its path, and by the project, since its bundle may meet those of others. */
export function bundledFile(file: string, slice?: BundledFile['slice']): BundledFile {
  const project = projectName(process.cwd());
  const module = project ? `${pathInProject(file)}?${project}` : pathInProject(file);
  return slice ? { module, slice } : { module };
}

/** A file's path from the project's folder. */
export function pathInProject(file: string): string {
  return relative(process.cwd(), file).split(sep).join('/');
}

/** The text of a file, without the mark that some editors put before it. */
export async function readSource(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}

/** What a bundler's own compiler takes a file for, by its ending. */
export function languageOf(file: string): 'ts' | 'tsx' | 'js' | 'jsx' {
  const ending = extname(file);
  if (/^\.[cm]?ts$/.test(ending)) return 'ts';
  return ending === '.tsx' ? 'tsx' : ending === '.jsx' ? 'jsx' : 'js';
}
