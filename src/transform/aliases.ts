import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One of `resolve.alias`, as Vite has resolved them. */
export interface Alias {
  readonly find: string | RegExp;
  readonly replacement: string;
}

/** An alias as text: a regular expression by its source and flags. */
type ToldAlias = readonly [find: string | readonly [source: string, flags: string], replacement: string];

/** What the dev servers of a process tell the threads that load their modules by themselves. */
interface Told {
  readonly process: number;
  /** By the folder that each serves. */
  readonly servers: Readonly<Record<string, readonly ToldAlias[]>>;
}

/** The environment reaches the threads, also those of the processes in which vitest runs tests. */
const variable = 'OFFSTAGE_ALIASES';

/** Tells threads which aliases the modules of a dev server use. */
export function tellAliases(root: string, aliases: readonly Alias[]): void {
  const own = aliases.map(
    ({ find, replacement }): ToldAlias => [
      find instanceof RegExp ? [find.source, find.flags] : find,
      replacement,
    ],
  );
  const told = readTold();
  const others = told?.process === process.pid ? told.servers : {};
  const all: Told = { process: process.pid, servers: { ...others, [root]: own } };
  process.env[variable] = JSON.stringify(all);
}

function readTold(): Told | undefined {
  const { [variable]: text } = process.env;
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * What an import names by an alias: the URL of a path, with whatever ending that has, or a package.
 *
 * @param importer the file that imports
 */
export function behindAlias(specifier: string, importer: string): string | undefined {
  const told = readTold();
  // A program that a test starts, as its users do, has nothing to do with the server.
  if (told?.process !== process.pid && told?.process !== process.ppid) return undefined;
  const servers = Object.entries(told.servers).sort(([a], [b]) => b.length - a.length);
  const server = servers.find(([root]) => importer.startsWith(join(root, sep))) ?? servers[0];
  const [root, aliases] = server ?? ['', []];
  for (const [find, replacement] of aliases) {
    const named = replaced(specifier, find, replacement);
    if (named === undefined) continue;
    if (!isAbsolute(named)) return named;
    const isPath = existsSync(dirname(named));
    return pathToFileURL(isPath ? named : join(root, named)).href; // from the root of the site
  }
  return undefined;
}

/** As Vite does it: a text stands for itself, and for what begins with it as a folder. */
function replaced(specifier: string, find: ToldAlias[0], replacement: string): string | undefined {
  if (typeof find === 'string') {
    const isMeant = specifier === find || specifier.startsWith(find.endsWith('/') ? find : `${find}/`);
    return isMeant ? replacement + specifier.slice(find.length) : undefined;
  }
  const pattern = new RegExp(...find);
  return pattern.test(specifier) ? specifier.replace(pattern, replacement) : undefined;
}
