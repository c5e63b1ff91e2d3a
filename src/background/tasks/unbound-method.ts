import { place } from '../../container/resolution/place.js';
import { RegistrationError } from '../../errors.js';

/** `name(…) {`, also async or computed; `async (…) =>` and `function (…) {` look like it, and are none. */
const methodSyntax =
  /^(?:async\s+)?\*?\s*(?!(?:async|function)\b)(?:[\w$#]+|\[[^\]]*\]|'[^']*'|"[^"]*")\s*\(/;

/** What may have the word and does not use it: comments, patterns, texts; and templates, whose values may use it. */
const texts = new RegExp(
  [
    /\/\*[\s\S]*?\*\//,
    /\/\/.*/,
    /(?<=(?:[(=,:!&|?{};[+]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//,
    /'(?:\\.|[^'\\\n])*'/,
    /"(?:\\.|[^"\\\n])*"/,
    /`(?:\\[\s\S]|\$\{(?:[^`}]|`[^`]*`)*\}|[^`\\])*`/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const templateValues = /\$\{((?:[^`}]|`[^`]*`)*)\}/g;

function withoutTexts(source: string): string {
  return source.replace(texts, (text) =>
    text.startsWith('`')
      ? Array.from(text.matchAll(templateValues), ([, value = '']) => `;${withoutTexts(value)}`).join('')
      : '',
  );
}

/**
 * A task is called without an object, so a method that needs one would fail later, and elsewhere.
 *
 * @throws RegistrationError if the function is a method that uses `this`
 */
export function refuseUnboundMethod(fn: (...args: never[]) => unknown): void {
  const source = Function.prototype.toString.call(fn);
  if (!methodSyntax.test(source) || !/\b(?:this|super)\b/.test(withoutTexts(source))) return;
  throw new RegistrationError(
    `${place(fn)} is a method that uses "this", and was added without its object`,
    'Add a function that takes the object as a parameter and calls it.',
  );
}
