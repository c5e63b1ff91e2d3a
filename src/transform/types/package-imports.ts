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
  if (folder === undefined || typeof imports !== 'object' || imports === null)
    return { folder: start, targets: [] };
  const entries = new Map<string, unknown>(Object.entries(imports));
  if (entries.has(specifier)) return { folder, targets: namedIn(entries.get(specifier)) };
  // As in Node, the longest pattern that fits tells.
  const patterns = [...entries.keys()].sort((a, b) => b.indexOf('*') - a.indexOf('*'));
  for (const pattern of patterns) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const part = specifier.slice(before.length, specifier.length - after.length);
    return {
      folder,
      targets: namedIn(entries.get(pattern)).map((target) => target.replaceAll('*', () => part)),
    };
  }
  return { folder, targets: [] };
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
