/**
 * The transform for esbuild.
 *
 * @module
 */
import { dirname, join, resolve } from 'node:path';
import { fileOf } from '../analysis.js';
import {
  bundledFile,
  isOwnSource,
  languageOf,
  namesWorkers,
  ownPackage,
  readSource,
  sourceFiles,
} from '../bundled-source.js';
import { slice } from '../slices/slice.js';
import { isCommonJs } from '../source/common-js.js';
import { type Transformed, transform } from '../transform.js';
import { declaresOnly } from '../types/package-run-time.js';
import { withoutAbsent } from './absent-sources.js';

/** The plugin, as far as esbuild needs to know. */
export interface EsbuildPlugin {
  readonly name: 'offstage';
  setup(build: object): void;
}

/** Any plugin of a bundle. */
interface Plugin {
  readonly name: string;
  setup(build: object): unknown;
}

interface BuildOptions {
  readonly entryPoints?: unknown;
  readonly absWorkingDir?: string;
  readonly bundle?: boolean;
  readonly outdir?: string;
  readonly outfile?: string;
  readonly assetNames?: string;
  readonly conditions?: readonly string[];
  readonly sourcemap?: unknown;
  readonly legalComments?: string;
  readonly format?: 'esm' | 'cjs' | 'iife';
  readonly plugins?: readonly Plugin[];
}

interface Loaded {
  readonly contents: string | Uint8Array;
  readonly loader: string;
  readonly watchFiles?: readonly string[];
}

interface BuildResult {
  readonly outputFiles: readonly { readonly path: string; readonly contents: Uint8Array }[];
  readonly metafile: { readonly inputs: Record<string, unknown> };
}

/** What the plugin uses of a build. */
interface Build {
  readonly initialOptions: BuildOptions;
  readonly esbuild: { build(options: object): Promise<BuildResult> };
  resolve(
    path: string,
    options: { kind: 'dynamic-import'; importer: string; resolveDir: string },
  ): Promise<{ readonly path: string; readonly errors: readonly unknown[] }>;
  onResolve(
    options: { filter: RegExp; namespace?: string },
    callback: (args: { path: string; kind: string }) => object | undefined,
  ): void;
  onLoad(
    options: { filter: RegExp; namespace?: string },
    callback: (args: { path: string; suffix: string; pluginData: unknown }) => Promise<Loaded | undefined>,
  ): void;
}

const scheme = /^offstage-(tasks|copies):/;
const namespace = 'offstage-slice';
const tasksOnly = '?offstage-tasks';

/** Which slice of which file. */
interface Sliced {
  readonly file: string;
  readonly copies: boolean;
}

/**
 * Adds the types of parameters to what esbuild bundles. Sync tasks that a file adds to a Background get a file of
 * their own beside the bundle, which worker threads load. `offstage` itself stays an import of the bundle, but for
 * Cloudflare's Workers (the condition `workerd`), which have no threads.
 *
 * @example
 * ```ts
 * // the options of esbuild.build()
 * import offstage from 'offstage/esbuild';
 *
 * export const options = { entryPoints: ['src/app.ts'], bundle: true, outdir: 'dist', plugins: [offstage()] };
 * ```
 */
export default function offstage(): EsbuildPlugin {
  return {
    name: 'offstage',
    setup(context) {
      const build = context as Build; // by esbuild's documentation
      const { initialOptions } = build;
      if (!namesWorkers(initialOptions.conditions)) stayOutside(build);
      build.onResolve({ filter: scheme }, ({ path }) => {
        const [mark = '', kind] = scheme.exec(path) ?? [];
        const file = path.slice(mark.length);
        const pluginData: Sliced = { file, copies: kind === 'copies' };
        return { path: `${file.replace(/\.\w+$/, '')}.${kind}.mjs`, namespace, pluginData };
      });
      build.onLoad(
        { filter: /.*/, namespace },
        ({ pluginData }) => bundleSlice(build, pluginData as Sliced), // as it is given above
      );
      build.onLoad({ filter: sourceFiles }, async ({ path }) => {
        if (!isOwnSource(path)) return undefined;
        const code = await readSource(path);
        const bundle = asBundled(path, initialOptions);
        const transformed = await withoutAbsent(
          (absent) => transform(code, path, { bundle, absent }),
          (specifier) => resolves(build, specifier, path),
        );
        return loaded(transformed, path);
      });
    },
  };
}

function stayOutside(build: Build): void {
  build.onResolve({ filter: ownPackage }, ({ path }) => ({ path, external: true }));
}

function asBundled(path: string, { bundle, format, conditions }: BuildOptions) {
  if (!bundle || namesWorkers(conditions)) return bundledFile(path);
  return bundledFile(path, (local, copies) => ({
    url: `new URL(${local}, ${format === 'esm' ? 'import.meta.url' : `require('node:url').pathToFileURL(__filename)`}).href`,
    import: `import ${local} from ${JSON.stringify(`offstage-${copies ? 'copies' : 'tasks'}:${path}`)};\n`,
  }));
}

/** A bundle of its own, which the main one refers to as a file. */
async function bundleSlice({ esbuild, initialOptions }: Build, sliced: Sliced): Promise<Loaded> {
  const others = initialOptions.plugins?.filter(({ name }) => name !== 'offstage') ?? [];
  const { outputFiles, metafile } = await esbuild.build({
    ...initialOptions,
    // Another module than its file, which may be imported back.
    entryPoints: [sliced.file + tasksOnly],
    stdin: undefined,
    outfile: join(assetsFolder(initialOptions), 'slice.mjs'), // a source map leads from there to the sources
    outdir: undefined,
    outExtension: undefined,
    entryNames: undefined,
    splitting: false,
    // What is to lie beside the bundle, nobody would find beside this file.
    sourcemap: initialOptions.sourcemap && initialOptions.sourcemap !== 'external' ? 'inline' : false,
    ...(/^(linked|external)$/.test(initialOptions.legalComments ?? '') && { legalComments: 'eof' }),
    format: 'esm',
    write: false,
    metafile: true,
    plugins: [slicesFor(sliced, entriesOf(initialOptions)), ...others.map(forSlice)],
  });
  return {
    contents: outputFiles.find(({ path }) => path.endsWith('slice.mjs'))?.contents ?? '',
    loader: 'file',
    watchFiles: Object.keys(metafile.inputs).map((input) => resolve(fileOf(input))),
  };
}

/** Another plugin of the bundle for a part of it: that ends with the bundle, and what it begins with, it knows. */
function forSlice({ name, setup }: Plugin): Plugin {
  return {
    name,
    setup(context) {
      const build = context as Build; // by esbuild's documentation
      const onResolve: Build['onResolve'] = (options, resolve) =>
        build.onResolve(options, (args) => (args.path.endsWith(tasksOnly) ? undefined : resolve(args)));
      return setup({ ...build, onResolve, onEnd() {}, onDispose() {} });
    },
  };
}

/** Where esbuild writes the files that a bundle refers to. */
function assetsFolder({ outdir, outfile, assetNames = '' }: BuildOptions): string {
  return join(outdir ?? dirname(outfile ?? ''), dirname(assetNames));
}

function slicesFor({ copies }: Sliced, entries: ReadonlySet<string>) {
  return {
    name: 'offstage-slices',
    setup(build: Build) {
      stayOutside(build);
      build.onLoad({ filter: sourceFiles }, async ({ path, suffix }) => {
        if (!isOwnSource(path)) return undefined;
        const options = {
          tasksOnly: suffix === tasksOnly,
          copies: copies && suffix === tasksOnly,
          entry: entries.has(path),
          bundle: bundledFile(path),
        };
        const source = await readSource(path);
        if (isCommonJs(source, path)) return undefined;
        const sliced = await withoutAbsent(
          (absent) => slice(source, path, { ...options, absent }),
          (specifier) => resolves(build, specifier, path),
        );
        return loaded(sliced, path);
      });
    },
  };
}

function entriesOf({ entryPoints, absWorkingDir = process.cwd() }: BuildOptions): Set<string> {
  const listed: unknown[] = Array.isArray(entryPoints) ? entryPoints : Object.values(entryPoints ?? {});
  return new Set(listed.map((entry) => resolve(absWorkingDir, pathOf(entry))));
}

function pathOf(entry: unknown): string {
  return typeof entry === 'object' && entry !== null && 'in' in entry ? String(entry.in) : String(entry);
}

/** Where nothing is bundled, every import stays. */
async function resolves(build: Build, specifier: string, importer: string): Promise<boolean> {
  if (!build.initialOptions.bundle) return true;
  const options = { kind: 'dynamic-import', importer, resolveDir: dirname(importer) } as const;
  const { path, errors } = await build.resolve(specifier, options);
  return errors.length === 0 && !declaresOnly(path);
}

function loaded(result: Transformed | undefined, path: string): Loaded | undefined {
  if (!result) return undefined;
  return {
    contents: `${result.code}\n//# ${'sourceMappingURL'}=${result.map.toUrl()}\n`,
    loader: languageOf(path),
  };
}
