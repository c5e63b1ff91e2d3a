/** Reads what a program has given, which may refuse it: a getter, or a trap of a proxy. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The message of anything that can be thrown, which may have none that can be read. */
export function messageOf(error: unknown): string {
  return attempt(() => (error instanceof Error ? String(error.message) : String(error)), '[cannot be read]');
}

/** The stack of an error, if it has one that can be read. */
export function stackOf(error: unknown): string | undefined {
  return attempt(() => (error instanceof Error ? error.stack : undefined), undefined);
}
