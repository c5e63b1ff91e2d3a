import { relative } from 'node:path';
import type { Results } from './results.js';

/** What a person wants to see at the end. */
export function table({ digests, failures }: Results, seconds: number): string {
  const bytes = digests.reduce((sum, digest) => sum + digest.bytes, 0);
  const megabytes = bytes / 1e6;
  const best = digests
    .filter((digest) => digest.bytes > 0)
    .sort((a, b) => a.gzip / a.bytes - b.gzip / b.bytes)
    .slice(0, 10)
    .map((d) => `  ${((100 * d.gzip) / d.bytes).toFixed(1).padStart(5)} %  ${relative('.', d.path)}`);
  const kinds = new Map<string, number>();
  for (const { kind } of failures) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [
    `Files:  ${digests.length}`,
    `Bytes:  ${bytes}`,
    `Speed:  ${(megabytes / seconds).toFixed(1)} MB/s`,
    'The most compressible:',
    ...best,
    `Errors: ${failures.length}${[...kinds].map(([kind, count]) => `, ${kind}: ${count}`).join('')}`,
  ].join('\n');
}
