import remapping, { type SourceMapInput } from '@jridgewell/remapping';
import { transformSync } from 'oxc-transform';
import { syntaxError } from './syntax-error.js';
import type { Transformed } from './transform.js';

/** The oldest Node that the package supports: what it lacks, such as `await using`, is compiled. */
const target = 'node20.19';

/** JavaScript and its source map. */
interface Compiled {
  readonly code: string;
  readonly map: string;
}

/**
 * Compiles TypeScript to JavaScript.
 *
 * @param file its path
 * @param source what the file holds
 * @param edited what the transform made of it, if it added something
 */
export function compile(file: string, source: string, edited: Transformed | undefined): Compiled {
  const code = edited?.code ?? source;
  const steps: object[] = edited ? [edited.map] : [];
  const first = lower(file, code, needsTwoSteps(code) ? 'esnext' : target);
  steps.unshift(first.map);
  if (!needsTwoSteps(code)) return { code: first.code, map: composed(steps) };
  const second = lower(file.replace(/\.[cm]?[jt]sx?$/, '.js'), first.code, target);
  return { code: second.code, map: composed([second.map, ...steps]) };
}

/** What moves classes out of the reach of `using` forgets their decorators, so those are compiled before. */
function needsTwoSteps(code: string): boolean {
  return /\busing\s+[\w$]/.test(code) && code.includes('@');
}

function composed(steps: readonly object[]): string {
  const [only] = steps;
  return JSON.stringify(steps.length === 1 ? only : remapping([...steps] as SourceMapInput[], () => null)); // of version 3
}

function lower(file: string, code: string, to: string): { readonly code: string; readonly map: object } {
  const compiled = transformSync(file, code, {
    target: to,
    sourceType: 'module',
    sourcemap: true,
    decorator: { legacy: true },
  });
  const error = compiled.errors.find(({ severity }) => severity === 'Error');
  if (error) throw syntaxError(file, error);
  return { code: compiled.code, map: compiled.map ?? {} };
}

/** Code that carries its source map. */
export function withMap({ code, map }: Compiled): string {
  const url = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
  return `${code}\n//# ${'sourceMappingURL'}=${url}\n`;
}
