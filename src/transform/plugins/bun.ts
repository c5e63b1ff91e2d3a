/**
 * The transform for Bun, both for programs that it runs and for bundles that it makes.
 *
 * @module
 */

import { bundledFile, isOwnSource, languageOf, readSource } from '../bundled-source.js';
import { transform } from '../transform.js';

/** The plugin, as far as Bun needs to know. */
export interface BunPlugin {
  readonly name: 'offstage';
  setup(build: object): void;
}

/** What the plugin uses of a build. */
interface Build {
  onLoad(
    options: { filter: RegExp },
    callback: (args: { path: string }) => Promise<{ contents: string; loader: string }>,
  ): void;
}

/** Bun takes whatever a plugin has read for an ES module: so packages and other CommonJS are left to itself. */
const ownModules = /^(?!.*[\\/]node_modules[\\/]).*\.(?!cjs$)[cm]?[jt]sx?$/;

/**
 * Adds the types of parameters to what Bun loads. Sync tasks run on the event loop.
 *
 * @example
 * ```js
 * // preload.ts: bun --preload ./preload.ts app.ts
 * import offstage from 'offstage/bun';
 *
 * Bun.plugin(offstage());
 * ```
 */
export default function offstage(): BunPlugin {
  return {
    name: 'offstage',
    setup(context) {
      const build = context as Build; // by Bun's documentation
      build.onLoad({ filter: ownModules }, async ({ path }) => {
        const code = await readSource(path);
        const result = isOwnSource(path) ? transform(code, path, { bundle: bundledFile(path) }) : undefined;
        return { contents: result?.code ?? code, loader: languageOf(path) };
      });
    },
  };
}
