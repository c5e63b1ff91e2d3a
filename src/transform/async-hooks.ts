// Node 20 runs this file on a thread beside the one that it loads modules for: each thread has its own.
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import * as loader from './loader.js';

let options: loader.LoaderOptions = { mode: 'main' };

export const initialize: InitializeHook<loader.LoaderOptions> = (data) => {
  options = data;
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const to = loader.redirect(specifier, context.parentURL);
  return next(to.specifier, { ...context, parentURL: to.parentURL });
};

export const load: LoadHook = async (url, context, next) => {
  if (loader.isTypeScript(url))
    return { format: 'module', source: loader.loadTypeScript(url, options), shortCircuit: true };
  const loaded = await next(url, context);
  if (loaded.format !== 'module' || !loaded.source || !loader.isJavaScript(url)) return loaded;
  return { ...loaded, source: loader.loadJavaScript(loader.textOf(loaded.source), url, options) };
};
