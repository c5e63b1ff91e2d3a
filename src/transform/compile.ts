import remapping, { type SourceMapInput } from '@jridgewell/remapping';
import { transformSync } from 'oxc-transform';
import { TransformError } from '../errors.js';
import type { Transformed } from './transform.js';

/** The oldest Node that the package supports: what it lacks, such as `await using`, is compiled. */
const target = 'node20.19';

/** JavaScript and its source map. */
export interface Compiled {
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
  const { code, map, errors } = transformSync(file, edited?.code ?? source, {
    target,
    sourceType: 'module',
    sourcemap: true,
    decorator: { legacy: true },
  });
  const error = errors.find(({ severity }) => severity === 'Error');
  if (error) {
    const frame = error.codeframe?.trim() ?? '';
    throw new TransformError(
      `${file} does not compile: ${error.message}\n${frame}`,
      'Correct the file at this place.',
    );
  }
  const composed = edited ? remapping([map, edited.map] as SourceMapInput[], () => null) : map; // of version 3
  return { code, map: JSON.stringify(composed) };
}

/** Code that carries its source map. */
export function withMap({ code, map }: Compiled): string {
  const url = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
  return `${code}\n//# ${'sourceMappingURL'}=${url}\n`;
}
