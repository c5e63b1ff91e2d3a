import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What an alias of `imports` leads to, under whatever conditions. */
interface Aliased {
  /** The folder of the `package.json`. */
  readonly folder: string;
  /** Paths from there that begin with `./`, or names of packages. */
  readonly targets: readonly string[];
}

/** Follows a specifier that begins with `#` in the `package.json` of the package around a folder. */
export function followAlias(specifier: string, start: string): Aliased {
  const folder = packageAround(start);
  const imports = folder === undefined ? undefined : manifest(folder).imports;
  if (folder === undefined) return { folder: start, targets: [] };
  return { folder, targets: targetsIn(imports, specifier) };
}

/**
 * What an entry of `imports` or `exports` leads to, under whatever conditions.
 *
 * @param wanted as the entries are written: from `#` or `./` on
 */
export function targetsIn(entries: unknown, wanted: string): readonly string[] {
  if (typeof entries !== 'object' || entries === null) return [];
  const targets = new Map<string, unknown>(Object.entries(entries));
  if (targets.has(wanted)) return namedIn(targets.get(wanted));
  // As in Node, the longest pattern that fits tells.
  const patterns = [...targets.keys()].sort((a, b) => b.indexOf('*') - a.indexOf('*'));
  for (const pattern of patterns) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !wanted.startsWith(before) || !wanted.endsWith(after)) continue;
    const part = wanted.slice(before.length, wanted.length - after.length);
    return namedIn(targets.get(pattern)).map((target) => target.replaceAll('*', () => part));
  }
  return [];
}

function packageAround(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The paths and names in a target, which may be a list, or depend on conditions. */
function namedIn(target: unknown): readonly string[] {
  if (typeof target === 'string') return target.startsWith('#') ? [] : [target];
  return typeof target === 'object' && target !== null ? Object.values(target).flatMap(namedIn) : [];
}

/** What the `package.json` of a folder says. */
export function manifest(folder: string): Record<string, unknown> {
  const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return typeof content === 'object' && content !== null ? { ...content } : {};
}
