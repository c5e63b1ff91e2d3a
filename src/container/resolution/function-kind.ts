/** What a call of a function gives, as far as the function itself tells. */
type FunctionKind = 'sync' | 'async' | 'generator' | 'async generator';

const kinds: Record<string, FunctionKind> = {
  '[object AsyncFunction]': 'async',
  '[object GeneratorFunction]': 'generator',
  '[object AsyncGeneratorFunction]': 'async generator',
};

/** Sees through `bind` and proxies, which hide the prototype of an async function but not its tag. */
export function functionKind(fn: unknown): FunctionKind {
  return kinds[Object.prototype.toString.call(fn)] ?? 'sync';
}
