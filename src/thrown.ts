import { inspect, types } from 'node:util';
import { isObject } from './values.js';

/** Reads what a program has given, which may refuse it: a getter, or a trap of a proxy. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** How many causes of an error are told. */
const mostCauses = 5;
/** How many errors are told with their stacks: a chain may be long, and an `AggregateError` may gather thousands. */
const mostStacks = 10;
/** What is told of an object that is no error, and of a cause, in characters. */
const longest = 300;

/** Also one of another realm: a test runner may have several. */
function isError(thrown: unknown): thrown is Error {
  return attempt(() => thrown instanceof Error || types.isNativeError(thrown), false);
}

/** The class of an error, by its name. */
export function classOf(error: Error): string {
  return error.name === 'Error' ? error.constructor.name : error.name;
}

/** The message of anything that can be thrown, which may have none that can be read. */
export function messageOf(thrown: unknown): string {
  return attempt(() => {
    if (isError(thrown)) return String(thrown.message ?? '') || classOf(thrown);
    return isObject(thrown) ? inALine(thrown) : String(thrown);
  }, '[cannot be read]');
}

function inALine(object: object): string {
  const text = inspect(object, {
    depth: 1,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 10,
    maxStringLength: longest,
  });
  return shortened(text.replace(/\s*\n\s*/g, ' '));
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The message, with those of its causes, as far as it does not tell them itself. */
export function messagesOf(thrown: unknown): string {
  const message = messageOf(thrown);
  const causes = causesOf(thrown)
    .map((cause) => shortened(messageOf(cause).split('\n', 1)[0] ?? ''))
    .filter((text) => !message.includes(text))
    .map((text) => `caused by: ${text}`);
  return causes.length > 0 ? `${message} (${causes.join(', ')})` : message;
}

function causesOf(thrown: unknown): unknown[] {
  const chain = [thrown];
  for (let cause = causeOf(thrown); cause !== undefined; cause = causeOf(cause)) {
    if (chain.includes(cause) || chain.length > mostCauses) break; // it may be its own
    chain.push(cause);
  }
  return chain.slice(1);
}

function causeOf(thrown: unknown): unknown {
  return attempt(() => (isError(thrown) ? (thrown.cause ?? undefined) : undefined), undefined);
}

/** The stacks of an error, of its causes, and of those that it gathers; what has none is told by its message. */
export function stacksOf(thrown: unknown): string[] {
  const known = new Set<unknown>();
  const stacks: string[] = [];
  const tell = (each: unknown, label: string) => {
    if (known.has(each) || stacks.length === mostStacks) return;
    known.add(each);
    const stack = stackOf(each) ?? (label && messageOf(each));
    if (stack) stacks.push(`${label}${stack}`);
    const cause = causeOf(each);
    if (cause !== undefined) tell(cause, 'Caused by: ');
    for (const error of gathered(each)) tell(error, 'Gathered: ');
  };
  tell(thrown, '');
  return stacks;
}

/** The stack of an error, if it has one that can be read. */
function stackOf(thrown: unknown): string | undefined {
  return attempt(() => (isError(thrown) ? thrown.stack : undefined), undefined);
}

function gathered(thrown: unknown): readonly unknown[] {
  return attempt(() => (thrown instanceof AggregateError ? thrown.errors.slice(0, mostStacks) : []), []);
}
