import { TransformError } from '../errors.js';

/** Says where a file is no TypeScript, by what the parser or compiler found first. */
export function syntaxError(
  file: string,
  { message, codeframe }: { readonly message: string; readonly codeframe: string | null },
): TransformError {
  return new TransformError(
    `${file} does not compile: ${message}\n${codeframe?.trim() ?? ''}`,
    'Correct the file at this place.',
  );
}
