import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the declarations of modules that no entry shows. */
export async function removeUnreachable(entries) {
  const reached = new Set();
  const visit = async (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = await readFile(file, 'utf8');
    const imports = text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g);
    for (const [, path] of imports) await visit(join(file, '..', `${path}.d.ts`));
  };
  for (const entry of entries) await visit(entry);
  for (const file of await readdir('dist', { recursive: true })) {
    const path = join('dist', file);
    if (file.endsWith('.d.ts') && !reached.has(path)) await rm(path);
  }
}
