import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** One of `resolve.alias`, as Vite has resolved them. */
export interface Alias {
  readonly find: string | RegExp;
  readonly replacement: string;
}

/** An alias as text: a regular expression by its source and flags. */
type Told = readonly [find: string | readonly [source: string, flags: string], replacement: string];

/** The environment reaches the threads, also those of the processes in which vitest runs tests. */
const variable = 'OFFSTAGE_ALIASES';

/** Tells threads which aliases the modules of a dev server use, which they load by themselves. */
export function tellAliases(root: string, aliases: readonly Alias[]): void {
  const told = aliases.map(
    ({ find, replacement }): Told => [find instanceof RegExp ? [find.source, find.flags] : find, replacement],
  );
  process.env[variable] = JSON.stringify({ ...toldByRoot(), [root]: told });
}

/** The aliases of each server, by the folder that it serves. */
function toldByRoot(): Record<string, readonly Told[]> {
  return JSON.parse(process.env[variable] ?? '{}');
}

/**
 * The path that an import leads to by an alias, with whatever ending it has.
 *
 * @param importer the file that imports
 */
export function behindAlias(specifier: string, importer: string): string | undefined {
  const servers = Object.entries(toldByRoot()).sort(([a], [b]) => b.length - a.length);
  const [root, aliases] = servers.find(([folder]) => importer.startsWith(folder)) ?? ['', []];
  for (const [find, replacement] of aliases) {
    const path = replaced(specifier, find, replacement);
    if (path === undefined || !isAbsolute(path)) continue;
    return existsSync(dirname(path)) ? path : join(root, path); // from the root of the site
  }
  return undefined;
}

/** As Vite does it: a text stands for itself, and for what begins with it as a folder. */
function replaced(specifier: string, find: Told[0], replacement: string): string | undefined {
  if (typeof find === 'string') {
    const isMeant = specifier === find || specifier.startsWith(find.endsWith('/') ? find : `${find}/`);
    return isMeant ? replacement + specifier.slice(find.length) : undefined;
  }
  const pattern = new RegExp(...find);
  return pattern.test(specifier) ? specifier.replace(pattern, replacement) : undefined;
}
