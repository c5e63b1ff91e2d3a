export const count: number;
/** Each loads what it needs, and gives what runs all tasks. */
export const ways: Readonly<Record<string, () => Promise<() => Promise<void>>>>;
export function runAll(run: () => Promise<void>): Promise<void>;
