import * as nodeModule from 'node:module';
import { threadId } from 'node:worker_threads';
import type { HooksOptions } from './async-hooks.js';
import { aliased, completed, isPlainJson, jsonModule, type LoadContext } from './bundler-imports.js';
import { importLoader, refusal } from './import-loader.js';
import type { LoaderOptions } from './loader.js';
import { isJavaScript, isTypeScript, type ModuleSource, redirect, textOf } from './module-urls.js';
import { loadRequired } from './required-in-deno.js';

interface LoadResult {
  format: string;
  source?: ModuleSource | null | undefined;
  shortCircuit?: boolean;
}

interface Context {
  parentURL?: string | undefined;
  conditions?: readonly string[];
}

/** `module.registerHooks`, which the types of Node 20 do not know. */
type RegisterHooks = (hooks: {
  resolve(
    specifier: string,
    context: Context,
    next: (specifier: string, context: Context) => unknown,
  ): unknown;
  load(url: string, context: LoadContext, next: (url: string, context: unknown) => LoadResult): LoadResult;
}) => unknown;

const isDeno = 'deno' in process.versions;
const mark = Symbol.for('offstage.register');
const shared = globalThis as { [mark]?: string }; // where the run time looks for the mark

/**
 * Installs the loader in this thread, and in no other.
 *
 * @param compiler the name of one that this process has already, on another thread
 */
export async function installHooks(options: LoaderOptions, compiler?: string): Promise<void> {
  if (shared[mark] !== undefined) return;
  const name = `offstage.compiler.${threadId}`;
  shared[mark] = compiler ?? name;
  process.setSourceMapsEnabled(true);
  const registerHooks =
    'registerHooks' in nodeModule && areWhole(process.versions.node)
      ? (nodeModule.registerHooks as RegisterHooks) // by its documentation
      : undefined;
  if (!registerHooks) {
    if (process.permission?.has('worker') === false) {
      throw await refusal(
        'offstage/register compiles on a thread of its own in this version of Node, which may start none',
        'Start Node with --allow-worker and --allow-addons beside --experimental-permission.',
      );
    }
    const data: HooksOptions = { loader: options, name, compiler };
    nodeModule.register('../transform/async-hooks.js', { parentURL: import.meta.url, data });
    return;
  }
  const { loadTypeScript, loadJavaScript } = await importLoader();
  registerHooks({
    resolve(specifier, context, next) {
      const named = options.mode === 'worker' ? aliased(specifier, context) : specifier;
      const to = redirect(named, context.parentURL);
      const resolve = (specifier: string) => next(specifier, { ...context, parentURL: to.parentURL });
      try {
        return resolve(to.specifier);
      } catch (error) {
        const whole = options.mode === 'worker' && completed(to.specifier, to.parentURL);
        if (!whole) throw error;
        return resolve(whole);
      }
    },
    load(url, context, next) {
      if (isTypeScript(url))
        return { format: 'module', source: loadTypeScript(url, options), shortCircuit: true };
      if (options.mode === 'worker' && isPlainJson(url, context))
        return { format: 'module', source: jsonModule(url), shortCircuit: true };
      const required = isDeno ? loadRequired(url, context.conditions ?? []) : undefined;
      if (required) return required;
      const loaded = next(url, context);
      if (loaded.format !== 'module' || !loaded.source || !isJavaScript(url)) return loaded;
      return { ...loaded, source: loadJavaScript(textOf(loaded.source), url, options) };
    },
  });
}

/**
 * Whether `registerHooks()` does CommonJS no harm: before these versions, `require.cache` was missing in what is
 * imported, and nothing of it loaded beside the hooks of tsx, or others of `module.register()`.
 */
function areWhole(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const release = minor + patch / 100;
  if (major === 22) return release >= 22.03;
  if (major === 24) return release >= 11.01;
  return major > 25 || (major === 25 && minor > 0);
}
