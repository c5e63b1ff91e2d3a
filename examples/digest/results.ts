import { singleton } from 'offstage';
import type { Digest } from './digest-file.js';

/** Gathers what every task found: one instance, on the main thread. */
@singleton
export class Results {
  readonly digests: Digest[] = [];
  readonly failures: { path: string; kind: string }[] = [];

  add(digest: Digest): void {
    this.digests.push(digest);
  }

  fail(path: string, error: unknown): void {
    const kind = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    this.failures.push({ path, kind });
  }

  lines(): string[] {
    return [...this.digests, ...this.failures].map((line) => JSON.stringify(line));
  }
}
