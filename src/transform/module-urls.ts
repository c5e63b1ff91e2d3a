import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A specifier to go on with, and who asks for it. */
interface Redirect {
  readonly specifier: string;
  readonly parentURL: string | undefined;
}

/** Source text as Node has read it. */
export type ModuleSource = string | ArrayBuffer | NodeJS.TypedArray;

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
    // Told as it was asked for: require() takes no URLs.
    if (existsSync(fileURLToPath(bare(candidate))))
      return { specifier: specifier.replace(/\.[cm]?jsx?(?=[?#]|$)/, source), parentURL };
  }
  return unchanged;
}

/** A URL without its query. */
export function bare(url: URL): URL {
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

/** A file outside `node_modules`. */
export function isOwnFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/');
}

/** Source text as a string. */
export function textOf(source: ModuleSource): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
