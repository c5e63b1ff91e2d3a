import type { TransformError } from '../errors.js';

type Loader = Pick<typeof import('./loader.js'), 'loadTypeScript' | 'loadJavaScript'>;

/** Made of a class that is loaded only now: this file stands before all others. */
export async function refusal(
  problem: string,
  remedy: string,
  options?: ErrorOptions,
): Promise<TransformError> {
  const { TransformError } = await import('../errors.js');
  return new TransformError(problem, remedy, options);
}

/**
 * Imports the loader with its compiler, which is an addon of Node.
 *
 * @throws TransformError if Node was started without addons
 */
export async function importLoader(): Promise<Loader> {
  try {
    const { loadTypeScript, loadJavaScript } = await import('./loader.js');
    return { loadTypeScript, loadJavaScript };
  } catch (error) {
    if (!areForbidden()) throw error;
    throw await refusal(
      'the compiler of offstage/register is a native addon, which Node was told not to load',
      'Start Node with --allow-addons beside --permission, and without --no-addons.',
      { cause: error },
    );
  }
}

/** The error of the compiler has no code: so Node is asked, for a file that there is not. */
function areForbidden(): boolean {
  try {
    process.dlopen({ exports: {} }, '');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_DLOPEN_DISABLED';
  }
  return false;
}
