import type { Transformed } from '../transform.js';

/**
 * Edits a file of a bundle, and once more where its types come from what the bundler finds nothing for: what only
 * the compiler knows has nothing to import.
 */
export async function withoutAbsent<T extends Transformed | undefined>(
  edit: (absent: ReadonlySet<string>) => T,
  resolves: (specifier: string) => Promise<boolean>,
): Promise<T> {
  const edited = edit(new Set());
  const sources = edited?.unknownSources ?? [];
  const found = await Promise.all(sources.map(resolves));
  const absent = new Set(sources.filter((_, index) => !found[index]));
  return absent.size > 0 ? edit(absent) : edited;
}
