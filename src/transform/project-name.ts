import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const known = new Map<string, string | undefined>();

/** What tells a package from the others of a process: `shop@1.0.0`, of the nearest one that has a name. */
export function projectName(folder: string): string | undefined {
  if (!known.has(folder)) known.set(folder, nameIn(folder) ?? nameAbove(folder));
  return known.get(folder);
}

function nameIn(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest; // by npm
    return name && `${name}@${version ?? ''}`;
  } catch {
    return undefined; // no package
  }
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

function nameAbove(folder: string): string | undefined {
  return folder === dirname(folder) ? undefined : projectName(dirname(folder));
}
