import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { copiesQuery, tasksQuery } from '../reflection/declare.js';
import { moduleUrl } from './analysis.js';
import { compile, withMap } from './compile.js';
import { bare } from './module-urls.js';
import { slice } from './slices/slice.js';
import { type Transformed, transform } from './transform.js';

/** What is loaded in this thread: all of a module, or, in a pool's worker, what its tasks need. */
export interface LoaderOptions {
  readonly mode: 'main' | 'worker';
  /** The URL of the module with which the main thread began. */
  readonly entry?: string | undefined;
}

const runtime = new URL('../reflection/declare.js', import.meta.url).href;

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
  const { searchParams } = new URL(url);
  return slice(source, file, {
    runtime,
    tasksOnly: searchParams.has(tasksQuery),
    copies: searchParams.has(copiesQuery),
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
