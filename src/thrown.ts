import { inspect } from 'node:util';
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
/** How many errors are told with their stacks: an `AggregateError` may gather thousands. */
const mostStacks = 10;
/** What is told of an object that is no error, and of a cause, in characters. */
const longest = 300;

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

function isError(thrown: unknown): thrown is Error {
  return attempt(() => thrown instanceof Error, false);
}

function inALine(object: object): string {
  const text = inspect(object, { depth: 1, compact: true, breakLength: Number.POSITIVE_INFINITY });
  return shortened(text.replace(/\s*\n\s*/g, ' '));
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The message, with those of its causes, as far as it does not tell them itself. */
export function messagesOf(thrown: unknown): string {
  const message = messageOf(thrown);
  const causes = causesOf(thrown)
    .map((cause) => shortened(messageOf(cause).replace(/\n.*/s, '')))
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

/** The stacks of an error, of its causes, and of those that it gathers, as far as they can be read. */
export function stacksOf(thrown: unknown): string[] {
  const known = new Set<unknown>();
  const stacks: string[] = [];
  const tell = (each: unknown, label: string) => {
    if (known.has(each) || stacks.length === mostStacks) return;
    known.add(each);
    const stack = isError(each) ? each.stack : label && messageOf(each); // a text has been told already
    if (stack) stacks.push(label + stack);
    const cause = causeOf(each);
    if (cause !== undefined) tell(cause, 'Caused by: ');
    if (each instanceof AggregateError) for (const error of each.errors) tell(error, 'Gathered: ');
  };
  attempt(() => tell(thrown, ''), undefined);
  return stacks;
}
