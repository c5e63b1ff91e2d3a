/** The message of anything that can be thrown, which may have none that can be read. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return '[cannot be read]';
  }
}

/** The stack of an error, if it has one that can be read. */
export function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error ? error.stack : undefined;
  } catch {
    return undefined;
  }
}
