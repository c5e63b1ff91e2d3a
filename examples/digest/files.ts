import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder. What cannot be read is told, and the rest goes on. */
export async function* filesBelow(
  folder: string,
  told: (path: string, problem: unknown) => void,
): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* filesBelow(path, told);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path, told)))) yield path;
    }
  } catch (problem) {
    told(folder, problem);
  }
}

/** Links to folders are not followed: they may lead back. */
async function leadsToFile(link: string, told: (path: string, problem: unknown) => void): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch (problem) {
    told(link, problem);
    return false;
  }
}
