import { installHooks } from './install-hooks.js';

const mark = Symbol.for('offstage.register');
const shared = globalThis as { [mark]?: boolean }; // where the run time looks for the mark

/**
 * Lets this thread of a pool load what its tasks need of the program's modules.
 *
 * @param options `entry`: the URL of the module with which the main thread began
 */
export async function registerThread(options: { readonly entry?: string | undefined }): Promise<void> {
  if (shared[mark]) return;
  shared[mark] = true;
  await installHooks({ mode: 'worker', entry: options.entry });
}
