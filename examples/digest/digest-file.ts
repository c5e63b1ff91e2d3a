import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

export interface Digest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly gzip: number;
  readonly lines: number;
}

/** Sync and hungry for CPU: a `Background` runs it on a worker thread. */
export function digest(path: string): Digest {
  const content = readFileSync(path);
  let lines = 0;
  for (const byte of content) if (byte === 10) lines++;
  return {
    path,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    gzip: gzipSync(content).length,
    lines,
  };
}
