// What bundlers and dev servers load and Node does not: on a thread, Node loads what they have resolved elsewhere.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { behindAlias } from './aliases.js';
import { bare, isOwnFile } from './module-urls.js';

/** What Node says of an import, to find it. */
interface ImportContext {
  readonly parentURL?: string | undefined;
  readonly conditions?: readonly string[];
}

/** What Node says of an import, to load it. */
export interface LoadContext {
  /** Missing in Node 20. */
  readonly conditions?: readonly string[];
  readonly importAttributes?: { readonly type?: string | undefined };
}

const endings = ['.mjs', '.js', '.mts', '.ts', '.tsx'];
const leftOut = [...endings, ...endings.map((ending) => `/index${ending}`)];

/** What an import of the program names where a dev server has aliases, which it asks first. */
export function aliased(specifier: string, { parentURL, conditions }: ImportContext): string {
  if (!parentURL || !isOwnFile(parentURL) || conditions?.includes('require')) return specifier;
  return behindAlias(specifier, fileURLToPath(bare(new URL(parentURL)))) ?? specifier;
}

/** The specifier of an import that Node has not found, with the ending that was left out, if there is such a file. */
export function completed(specifier: string, parentURL: string | undefined): string | undefined {
  if (!/^(\.{1,2}(\/|$)|\/|file:)/.test(specifier) || (parentURL && !isOwnFile(parentURL))) return undefined;
  const url = new URL(specifier, parentURL);
  const stem = url.pathname.replace(/\/$/, '');
  const found = leftOut.find((ending) => isFile(new URL(stem + ending, url)));
  return found && specifier.replace(/\/?(?=[?#]|$)/, found);
}

function isFile(url: URL): boolean {
  return statSync(fileURLToPath(bare(url)), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** JSON of the program that is imported without saying so. */
export function isPlainJson(url: string, { conditions, importAttributes }: LoadContext): boolean {
  if (!isOwnFile(url) || conditions?.includes('require')) return false;
  return new URL(url).pathname.endsWith('.json') && importAttributes?.type === undefined;
}

/** JSON as a module that exports its members, too. */
export function jsonModule(url: string): string {
  const text = readFileSync(fileURLToPath(bare(new URL(url))), 'utf8');
  const content: unknown = JSON.parse(text);
  const names = Object.keys(Object(content)).filter((name) => name !== 'default');
  const members = names.map((name, index) => {
    const key = JSON.stringify(name);
    return `const member${index} = json[${key}]; export { member${index} as ${key} };`;
  });
  return `const json = JSON.parse(${JSON.stringify(text)}); export default json; ${members.join(' ')}`;
}
