/** The command was written wrongly: its message says all, and where it was thrown says nothing. */
export class UsageError extends Error {}
