// What npm puts on the disk with a package.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The folders of a package and of all that npm installs with it: peers, too, unless they are optional. */
export function installedWith(folder: string, found = new Set<string>()): Set<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifestOf(folder);
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  for (const name of names) {
    if (peerDependenciesMeta?.[name]?.optional) continue;
    // What is made for another system is not installed.
    const dependency = folderOf(name, folder);
    if (dependency) installedWith(dependency, found);
  }
  return found;
}

/** Where a package is found from a folder on. */
export function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name);
  if (statSync(folder, { throwIfNoEntry: false })) return folder;
  const above = dirname(from);
  return above === from ? undefined : folderOf(name, above);
}

/** The bytes of all files below, without those of packages within. */
export function bytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) bytes += statSync(path).size;
    else if (entry.isDirectory() && entry.name !== 'node_modules') bytes += bytesIn(path);
  }
  return bytes;
}
