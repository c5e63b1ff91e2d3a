import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tasksQuery } from '../reflection/declare.js';
import { moduleUrl } from './analysis.js';
import { compile, withMap } from './compile.js';
import { slice } from './slice.js';
import { type Transformed, transform } from './transform.js';

/** What is loaded in this thread: all of a module, or, in a pool's worker, what its tasks need. */
export interface LoaderOptions {
  readonly mode: 'main' | 'worker';
  /** The URL of the module with which the main thread began. */
  readonly entry?: string | undefined;
}

/** A specifier to go on with, and who asks for it. */
export interface Redirect {
  readonly specifier: string;
  readonly parentURL: string | undefined;
}

/** Source text as Node has read it. */
export type ModuleSource = string | ArrayBuffer | NodeJS.TypedArray;

const runtime = new URL('../reflection/declare.js', import.meta.url).href;

const sourceOf: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
};

/** Where an import leads instead: TypeScript names its files by what they compile to. */
export function redirect(specifier: string, parentURL: string | undefined): Redirect {
  // Only compiled code imports these, and it can stand where they are not installed.
  if (specifier.startsWith('@oxc-project/runtime/')) return { specifier, parentURL: import.meta.url };
  const unchanged = { specifier, parentURL };
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || (parentURL && !parentURL.startsWith('file:')))
    return unchanged;
  const url = new URL(specifier, parentURL);
  const ending = /\.[cm]?jsx?$/.exec(url.pathname)?.[0] ?? '';
  const sources = sourceOf[ending];
  if (!sources || url.protocol !== 'file:' || existsSync(fileURLToPath(bare(url)))) return unchanged;
  for (const source of sources) {
    const candidate = new URL(url);
    candidate.pathname = url.pathname.slice(0, -ending.length) + source;
    if (existsSync(fileURLToPath(bare(candidate)))) return { specifier: candidate.href, parentURL };
  }
  return unchanged;
}

function bare(url: URL): URL {
  return new URL(url.pathname, url);
}

/** TypeScript files outside `node_modules`, which Node is not asked for. */
export function isTypeScript(url: string): boolean {
  return isOwnFile(url) && /\.(ts|mts|tsx)$/.test(new URL(url).pathname);
}

/** JavaScript outside `node_modules`, which Node reads. */
export function isJavaScript(url: string): boolean {
  return isOwnFile(url) && /\.m?js$/.test(new URL(url).pathname) && !url.startsWith(ownFolder);
}

const ownFolder = new URL('..', import.meta.url).href;

function isOwnFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/');
}

/** Source text as a string. */
export function textOf(source: ModuleSource): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}

/** The JavaScript of a TypeScript file. */
export function loadTypeScript(url: string, options: LoaderOptions): string {
  const file = fileURLToPath(bare(new URL(url)));
  const source = readFileSync(file, 'utf8');
  return withMap(compile(file, source, edit(source, file, url, options)));
}

/** A JavaScript module with what the run time has to know of it. */
export function loadJavaScript(source: string, url: string, options: LoaderOptions): string {
  const edited = edit(source, fileURLToPath(bare(new URL(url))), url, options);
  return edited ? withMap({ code: edited.code, map: edited.map.toString() }) : source;
}

function edit(source: string, file: string, url: string, options: LoaderOptions): Transformed | undefined {
  if (options.mode === 'main') return transform(source, file, { runtime });
  return slice(source, file, {
    runtime,
    tasksOnly: new URL(url).searchParams.has(tasksQuery),
    entry: options.entry !== undefined && realUrl(options.entry) === moduleUrl(url),
  });
}

/** The URL under which Node loads a module that was named by a link. */
function realUrl(url: string): string {
  try {
    return pathToFileURL(realpathSync(fileURLToPath(moduleUrl(url)))).href;
  } catch {
    return url; // no file
  }
}
