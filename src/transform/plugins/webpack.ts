/**
 * The transform for webpack and Rspack.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { ownPackage, sourceFiles } from '../bundled-source.js';
import type { LoaderOptions } from './webpack-loader.js';

/** The plugin, as far as webpack and Rspack need to know. */
export interface WebpackPlugin {
  apply(compiler: object): void;
}

/** What the plugin uses of a compiler. */
interface Compiler {
  readonly options: {
    readonly module: { readonly rules: unknown[] };
    readonly output: { readonly module?: boolean };
    readonly experiments?: { readonly outputModule?: boolean };
  };
  readonly webpack: {
    readonly ExternalsPlugin: new (
      type: string,
      externals: readonly RegExp[],
    ) => { apply(compiler: object): void };
  };
  getInfrastructureLogger(name: string): { warn(message: string): void };
}

/**
 * Adds the types of parameters to what webpack or Rspack bundle. `offstage` itself stays an import of the bundle.
 * Sync tasks run on the event loop: a warning of the build says so once.
 *
 * @example
 * ```ts
 * // webpack.config.js, or rspack.config.js with 'offstage/rspack'
 * import offstage from 'offstage/webpack';
 *
 * export default { target: 'node', plugins: [offstage()] };
 * ```
 */
export default function offstage(): WebpackPlugin {
  return {
    apply(context) {
      const compiler = context as Compiler; // by webpack's documentation
      const { module, output, experiments } = compiler.options;
      let told = false;
      const options: LoaderOptions = {
        foundTask(file) {
          if (told) return;
          told = true;
          compiler
            .getInfrastructureLogger('offstage')
            .warn(
              `Sync tasks, such as those of ${file}, run on the event loop in this bundle, not on threads.`,
            );
        },
      };
      module.rules.unshift({
        test: sourceFiles,
        exclude: /[\\/]node_modules[\\/]/,
        // Before any loader that compiles the types away.
        enforce: 'pre',
        use: [{ loader: fileURLToPath(new URL('./webpack-loader.js', import.meta.url)), options }],
      });
      const isModule = output.module ?? experiments?.outputModule ?? false;
      new compiler.webpack.ExternalsPlugin(isModule ? 'module' : 'commonjs', [ownPackage]).apply(compiler);
    },
  };
}
