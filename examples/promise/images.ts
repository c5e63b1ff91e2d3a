import { createHash } from 'node:crypto';

/** Stands for real work on an image: it keeps a core busy. */
export function resize(path: string): string {
  let digest = path;
  for (let round = 0; round < 1_000; round++) digest = createHash('sha256').update(digest).digest('hex');
  return digest;
}
