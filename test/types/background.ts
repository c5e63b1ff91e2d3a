import { after, type Background, BackgroundTask, inject, type TaskHandle } from 'offstage';

class Logger {
  log(text: string) {
    return text.length;
  }
}
type UserId = string & { readonly brand: unique symbol };
declare const bg: Background;
declare const logger: Logger;
declare const userId: UserId;

function process(logger: Logger, id: number): number {
  return logger.log(String(id));
}
async function load(id: UserId, logger: Logger): Promise<string> {
  return id + logger.log('');
}
function rest(logger: Logger, ...names: string[]): string {
  return names.join() + logger.log('');
}
function optional(id: number, logger?: Logger, note?: string): void {
  logger?.log(`${id}${note}`);
}

// Right use compiles, and knows its results.
bg.add(process, 42) satisfies Promise<TaskHandle<number>>;
bg.add(process, logger, 42) satisfies Promise<TaskHandle<number>>;
bg.add(load, userId) satisfies Promise<TaskHandle<string>>;
bg.add(rest) satisfies Promise<TaskHandle<string>>;
bg.add(rest, 'a', 'b') satisfies Promise<TaskHandle<string>>;
bg.add(rest, logger, 'a') satisfies Promise<TaskHandle<string>>;
bg.add(optional, 1);
bg.add(optional, 1, 'note');
bg.add(optional, 1, logger, 'note');
bg.add(async () => {}) satisfies Promise<TaskHandle<void>>;
bg.add((n: number) => n, 1) satisfies Promise<TaskHandle<number>>;
bg.add((n) => n, 1) satisfies Promise<TaskHandle<number>>;
bg.add(async (n, logger: Logger) => [n, logger] as const, 1) satisfies Promise<
  TaskHandle<readonly [number, Logger]>
>;
bg.add(generic, 'a', ['a']) satisfies Promise<TaskHandle<string>>;
declare function generic<T extends string>(one: T, all: T[]): T;

// error: Argument of type '[]' is not assignable to parameter of type '[logger: Logger, id: number] | [id: number]'.
bg.add(process);
// error: Type '["x"]' is not assignable to type '[id: number]'.
bg.add(process, 'x');
// error: Argument of type '[42, Logger]' is not assignable to parameter of type '[logger: Logger, id: number] | [id: number]'.
bg.add(process, 42, logger);
// error: Type 'string' is not assignable to type 'UserId'.
bg.add(load, 'plain');
// error: Argument of type '[1]' is not assignable to parameter of type 'string[] | [Logger, ...string[]]'.
bg.add(rest, 1);
// error: Type 'boolean' is not assignable to type 'number'.
bg.add(optional, true);
// error: Argument of type '[]' is not assignable to parameter of type '[id: number,
bg.add(optional);
// error: Argument of type 'number' is not assignable to parameter of type '() => unknown'.
bg.add(1);
// error: Argument of type '[]' is not assignable to parameter of type 'NeedsTypeOrArgument<[signal: P[0]], []>'.
bg.add(async (signal) => signal);
// error: Expected 2 arguments, but got 1.
bg.add(async (value: unknown) => value);

// The same for a task of each item, and for a view.
bg.map(process, [1, 2]) satisfies Promise<number[]>;
bg.map(load, new Set([userId])) satisfies Promise<string[]>;
bg.map(async (name: string) => name.length, names()) satisfies Promise<number[]>;
bg.map(async (n: number, urgent = false) => `${n} ${urgent}`, [1, 2]) satisfies Promise<string[]>;
bg.map(async (n?: number) => n ?? 0, [1, 2]) satisfies Promise<number[]>;
bg.map(async (...words: string[]) => words.join(), ['a']) satisfies Promise<string[]>;
bg.with({ timeout: 100, retries: 3, on: 'loop' }).add(process, 42) satisfies Promise<TaskHandle<number>>;
bg.with({ priority: 1 }).map(process, [1]) satisfies Promise<number[]>;
declare function names(): AsyncIterable<string>;

// error: Type 'string' is not assignable to type 'number'.
bg.map(process, ['x']);
// error: Argument of type 'number' is not assignable
bg.map(process, 1);
// error: Type 'number' is not assignable to type 'NeedsTaskOfOneArgument'.
bg.map((one: string, two: string) => one + two, [1]);
// error: Type 'number' is not assignable to type 'NeedsTaskOfOneArgument'.
bg.map(() => 'none', [1]);
// error: 'retrys' does not exist in type 'TaskOptions'
bg.with({ retrys: 3 });
// error: Type '"moon"' is not assignable to type '"loop" | "thread"
bg.with({ on: 'moon' });

const main = inject(async (bg: Background, email: string) => {
  await bg.add(process, 1);
  return email;
});
main('a') satisfies Promise<string>;
// error: Type '[]' is not assignable to type '[email: string]'.
main();

const bare = inject((text) => text);
bare('a') satisfies unknown;
// error: Expected 1 arguments, but got 0.
bare();

// What is optional may be `undefined`, wherever it stands, as in a plain call.
declare function remind(logger: Logger, to?: string, copies?: number): Promise<string>;
bg.add(remind, undefined, 2) satisfies Promise<TaskHandle<string>>;
bg.add(remind, logger, undefined, 2) satisfies Promise<TaskHandle<string>>;
bg.add(async (to: string, _logger: Logger, text?: string, n?: number) => [to, text, n], 'ada', undefined, 2);
bg.add(optional, 1, undefined, 'note');
inject(remind)(undefined, 2) satisfies Promise<string>;
inject([Logger], remind)(undefined, 2) satisfies Promise<string>;
after(remind, undefined, 2);
new BackgroundTask(remind, undefined, 2);
// error: is not assignable to parameter of type
bg.add(remind, null, 2);
