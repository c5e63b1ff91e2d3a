import { place } from '../../container/resolution/place.js';
import { RegistrationError } from '../../errors.js';

/** `name(…) {`, also async or computed; `async (…) =>` and `function (…) {` look like it, and are none. */
const methodSyntax =
  /^(?:async\s+)?\*?\s*(?!(?:async|function)\b)(?:[\w$#]+|\[[^\]]*\]|'[^']*'|"[^"]*")\s*\(/;

/** What may have the word and does not use it. A template with values in it may. */
const texts =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|(?!\$\{)[^`\\])*`/g;

/**
 * A task is called without an object, so a method that needs one would fail later, and elsewhere.
 *
 * @throws RegistrationError if the function is a method that uses `this`
 */
export function refuseUnboundMethod(fn: (...args: never[]) => unknown): void {
  const source = Function.prototype.toString.call(fn);
  if (!methodSyntax.test(source) || !/\b(?:this|super)\b/.test(source.replace(texts, ''))) return;
  throw new RegistrationError(
    `${place(fn)} is a method that uses "this", and was added without its object`,
    'Add a function that takes the object as a parameter and calls it.',
  );
}
