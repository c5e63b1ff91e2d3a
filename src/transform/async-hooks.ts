// Where `registerHooks()` is not whole, Node runs this file on a thread beside the one that it loads modules for: each
// thread has its own.
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { aliased, completed, isPlainJson, jsonModule } from './bundler-imports.js';
import { askCompiler, type Compile, loadCompiler, serveCompiler } from './compile-service.js';
import type { LoaderOptions } from './loader.js';
import { isJavaScript, isTypeScript, redirect, textOf } from './module-urls.js';

/** What the thread that installs the hooks tells them. */
export interface HooksOptions {
  readonly loader: LoaderOptions;
  /** The name of this thread's compiler. */
  readonly name: string;
  /** The name of one that is there already. */
  readonly compiler: string | undefined;
}

let compile: Compile;
let onThread = false;

export const initialize: InitializeHook<HooksOptions> = async ({ loader, name, compiler }) => {
  onThread = loader.mode === 'worker';
  if (compiler !== undefined) {
    compile = askCompiler(compiler, name, loader);
    return;
  }
  compile = await loadCompiler(loader);
  serveCompiler(name);
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  const to = redirect(onThread ? aliased(specifier, context) : specifier, context.parentURL);
  const resolve = async (specifier: string) => next(specifier, { ...context, parentURL: to.parentURL });
  try {
    return await resolve(to.specifier);
  } catch (error) {
    const whole = onThread && completed(to.specifier, to.parentURL);
    if (!whole) throw error;
    return resolve(whole);
  }
};

export const load: LoadHook = async (url, context, next) => {
  if (isTypeScript(url))
    return { format: 'module', source: await compile(url, undefined), shortCircuit: true };
  if (onThread && isPlainJson(url, context))
    return { format: 'module', source: jsonModule(url), shortCircuit: true };
  const loaded = await next(url, context);
  if (loaded.format !== 'module' || !loaded.source || !isJavaScript(url)) return loaded;
  return { ...loaded, source: await compile(url, textOf(loaded.source)) };
};
