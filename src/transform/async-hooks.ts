// Node 20 runs this file on a thread beside the one that it loads modules for: each thread has its own.
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { type LoaderOptions, loadJavaScript, loadTypeScript } from './loader.js';
import { isJavaScript, isTypeScript, redirect, textOf } from './module-urls.js';

let options: LoaderOptions = { mode: 'main' };

export const initialize: InitializeHook<LoaderOptions> = (data) => {
  options = data;
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const to = redirect(specifier, context.parentURL);
  return next(to.specifier, { ...context, parentURL: to.parentURL });
};

export const load: LoadHook = async (url, context, next) => {
  if (isTypeScript(url))
    return { format: 'module', source: loadTypeScript(url, options), shortCircuit: true };
  const loaded = await next(url, context);
  if (loaded.format !== 'module' || !loaded.source || !isJavaScript(url)) return loaded;
  return { ...loaded, source: loadJavaScript(textOf(loaded.source), url, options) };
};
