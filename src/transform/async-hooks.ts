// Node 20 runs this file on a thread beside the one that it loads modules for: each thread has its own.
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import type { LoaderOptions } from './loader.js';
import { isJavaScript, isTypeScript, redirect, textOf } from './module-urls.js';
import { answerRequests, ask, type SourceRequest } from './source-requests.js';

let options: LoaderOptions = { mode: 'main' };

export const initialize: InitializeHook<LoaderOptions> = async (data) => {
  options = data;
  if (options.mode === 'worker') return;
  await import('./loader.js'); // now, since the program's first module needs it
  answerRequests(loadHere);
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const to = redirect(specifier, context.parentURL);
  return next(to.specifier, { ...context, parentURL: to.parentURL });
};

export const load: LoadHook = async (url, context, next) => {
  if (isTypeScript(url))
    return { format: 'module', source: await sourceOf({ url, options }), shortCircuit: true };
  const loaded = await next(url, context);
  if (loaded.format !== 'module' || !loaded.source || !isJavaScript(url)) return loaded;
  return { ...loaded, source: await sourceOf({ url, options, source: textOf(loaded.source) }) };
};

/** The main thread's loader is there already and has run; here it must be loaded first. */
async function sourceOf(request: SourceRequest): Promise<string> {
  return (options.onMain ? await ask(request) : undefined) ?? (await loadHere(request));
}

async function loadHere({ url, source, options }: SourceRequest): Promise<string> {
  const { loadTypeScript, loadJavaScript } = await import('./loader.js');
  return source === undefined ? loadTypeScript(url, options) : loadJavaScript(source, url, options);
}
