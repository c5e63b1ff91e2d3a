import remapping, { type SourceMapInput } from '@jridgewell/remapping';
import { transformSync } from 'oxc-transform';
import { TransformError } from '../errors.js';
import type { Transformed } from './transform.js';

/** The oldest Node that the package supports: what it lacks, such as `await using`, is compiled. */
const target = 'node20.19';

/**
 * Compiles TypeScript to JavaScript that carries its source map.
 *
 * @param file its path
 * @param source what the file holds
 * @param edited what the transform made of it, if it added something
 */
export function compile(file: string, source: string, edited: Transformed | undefined): string {
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
  if (!map) return code;
  const maps = edited ? [map, edited.map] : [map];
  const composed = maps.length > 1 ? remapping(maps as SourceMapInput[], () => null) : map; // both are of version 3
  return withMap(code, JSON.stringify(composed));
}

/** Appends a source map to code. */
export function withMap(code: string, map: string): string {
  const url = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
  return `${code}\n//# ${'sourceMappingURL'}=${url}\n`;
}
