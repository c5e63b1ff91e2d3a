import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder. A folder that cannot be read is told, and the rest goes on. */
export async function* filesBelow(folder: string, told: (problem: unknown) => void): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* filesBelow(path, told);
      else if (entry.isFile()) yield path;
    }
  } catch (problem) {
    told(problem);
  }
}
