/** How many tasks one run does. */
export declare const count: number;
/** What the tables compare: each prepares itself, and then runs all tasks. */
export declare const ways: Readonly<Record<string, () => Promise<() => Promise<void>>>>;
