import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what an earlier build left, and the declarations of modules that no entry shows.
 *
 * @param {string} folder
 * @param {readonly string[]} written the files of the bundle
 * @param {readonly string[]} entries their modules, without an ending
 */
export async function removeOthers(folder, written, entries) {
  const kept = new Set(written.map((file) => join(folder, file)));
  const keepDeclarations = async (module) => {
    const file = `${module}.d.ts`;
    if (kept.has(file)) return;
    kept.add(file);
    for (const [, path] of (await readFile(file, 'utf8')).matchAll(/['"](\.[^'"]+)\.js['"]/g))
      await keepDeclarations(join(module, '..', path));
  };
  for (const entry of entries) await keepDeclarations(join(folder, entry));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) await rm(path);
  }
}
