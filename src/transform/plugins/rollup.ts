/**
 * The transform for Rollup, Rolldown and Vite, and so for vitest.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransformError } from '../../errors.js';
import { editChannel } from '../../threads/edits.js';
import { type Alias, tellAliases } from '../aliases.js';
import { fileOf } from '../analysis.js';
import {
  bundledFile,
  isOwnSource,
  languageOf,
  namesWorkers,
  ownPackage,
  pathInProject,
  readSource,
} from '../bundled-source.js';
import { compile } from '../compile.js';
import { once } from '../once.js';
import { slice } from '../slices/slice.js';
import { type Transformed, transform } from '../transform.js';
import { declaresOnly } from '../types/package-run-time.js';
import { withoutAbsent } from './absent-sources.js';
import { checkSliceChunks, isCommonJsFile, type WrittenBundle } from './slice-chunks.js';

/** The plugin, as far as Rollup, Rolldown and Vite need to know. */
export interface RollupPlugin {
  readonly name: 'offstage';
  readonly enforce: 'pre';
}

interface Resolved {
  readonly id: string;
  readonly external?: boolean | 'absolute' | 'relative';
}

/** What the plugin uses of a bundler's context. */
interface Context {
  emitFile(file: { type: 'chunk'; id: string; name: string; preserveSignature: 'strict' }): string;
  readonly meta: { readonly rolldownVersion?: string };
  getModuleIds(): Iterable<string>;
  getModuleInfo(id: string): { readonly isEntry: boolean } | null;
  resolve(source: string, importer?: string, options?: { skipSelf: boolean }): Promise<Resolved | null>;
  /** What Vite builds for. */
  readonly environment?: {
    readonly config: { readonly resolve: { readonly conditions: readonly string[] } };
  };
}

/** What the plugin asks Vite for. */
interface ViteConfig {
  readonly command: 'build' | 'serve';
  readonly root: string;
  readonly resolve: { readonly alias: readonly Alias[] };
  readonly build: { readonly lib?: unknown };
}

interface RolldownOptions {
  readonly resolve?: { readonly conditionNames?: readonly string[] };
}

interface OutputOptions {
  readonly file?: string | undefined;
  readonly inlineDynamicImports?: boolean;
}

interface FileUrl {
  readonly referenceId: string;
  readonly relativePath: string;
  readonly format: string;
}

/** A module as worker threads load it: its tasks, or, for the modules these import, its exports. */
const sliceQuery = /\?offstage-(tasks|copies|slice)&lang\.\w+$/;
/** The options that ask for one file. */
const singleFile = ['file', 'inlineDynamicImports'] as const;
/** The expression that gives the URL of a file of the bundle, by its format. */
const baseUrls = new Map([
  ['es', 'import.meta.url'],
  ['cjs', "require('node:url').pathToFileURL(__filename)"],
]);
const compilerHelpers = join(
  dirname(fileURLToPath(import.meta.resolve('@oxc-project/runtime/package.json'))),
  'src/helpers/esm',
);

/**
 * Adds the types of parameters to what Rollup, Rolldown or Vite bundle. Sync tasks that a file adds to a Background
 * get a chunk of their own, which worker threads load. `offstage` itself stays an import of the bundle, but for
 * Cloudflare's Workers, which have no threads.
 *
 * @example
 * ```ts
 * // vite.config.ts, with one of 'offstage/vite', 'offstage/rollup' and 'offstage/rolldown'
 * import offstage from 'offstage/vite';
 *
 * export default { plugins: [offstage()] };
 * ```
 */
export default function offstage(): RollupPlugin {
  /** A dev server, as vitest has one, runs the files where they are: there are no chunks to emit. */
  let inPlace = false;
  let isLibrary = false;
  let forWorkers = false;
  const isForWorkers = ({ environment }: Context) =>
    environment ? namesWorkers(environment.config.resolve.conditions) : forWorkers;
  const chunks = new Set<string>();
  const plugin = {
    name: 'offstage',
    enforce: 'pre',
    /** Of Rolldown; what Vite builds for, it says itself. */
    options({ resolve }: RolldownOptions) {
      forWorkers = namesWorkers(resolve?.conditionNames);
    },
    /** Vite's compiler leaves standard decorators to Node, which has none yet. */
    config: ({ oxc }: { oxc?: unknown }) => (oxc === false ? {} : { oxc: { decorator: { legacy: true } } }),
    configResolved(config: ViteConfig) {
      inPlace = config.command === 'serve';
      if (inPlace) tellAliases(config.root, config.resolve.alias);
      isLibrary = Boolean(config.build.lib);
    },
    /** What runs in browsers has no containers. */
    applyToEnvironment({ config }: { config: { consumer: 'client' | 'server' } }) {
      return inPlace || isLibrary || config.consumer === 'server';
    },
    /** Vite loads an edited file anew, and so do the threads that follow. */
    watchChange(id: string) {
      if (inPlace && (isOwnSource(id) || id.endsWith('.json'))) channel(editChannel).publish(id);
    },
    resolveId: {
      order: 'pre',
      async handler(this: Context, source: string, importer?: string) {
        if (!inPlace && !isForWorkers(this) && ownPackage.test(source)) return { id: source, external: true };
        if (sliceQuery.test(source)) return source;
        if (!importer || !sliceQuery.test(importer)) return null;
        // The compiler of a slice takes these from its own dependencies; for Node they are no ES modules.
        const compilerHelper = /^@oxc-project\/runtime\/helpers\/(\w+)$/.exec(source)?.[1];
        if (compilerHelper) return join(compilerHelpers, `${compilerHelper}.js`);
        const found = await this.resolve(source, importer.replace(sliceQuery, ''), { skipSelf: true });
        if (!found || found.external || !isOwnSource(found.id)) return found;
        if (await isCommonJsFile(found.id)) return found; // there as it is, whoever imports it
        return { ...found, id: sliceId(found.id, 'slice') };
      },
    },
    load: {
      order: 'pre',
      async handler(this: Context, id: string) {
        const [, kind] = sliceQuery.exec(id) ?? [];
        if (!kind) return null;
        const file = id.replace(sliceQuery, '');
        const source = await readSource(file);
        const options = {
          tasksOnly: kind !== 'slice',
          copies: kind === 'copies',
          entry: this.getModuleInfo(file)?.isEntry ?? false,
          bundle: bundledFile(file),
        };
        const edited = await withoutAbsent(
          (absent) => slice(source, file, { ...options, absent }),
          (specifier) => resolves(this, specifier, file),
        );
        // Rolldown compiles it as the other modules; a compiler of Rollup may know no files but those of its project.
        if (this.meta.rolldownVersion === undefined) return compile(file, source, edited);
        return { code: edited?.code ?? source, map: edited?.map ?? null, moduleType: languageOf(file) };
      },
    },
    renderStart(this: Context, output: OutputOptions) {
      const tasks = [...this.getModuleIds()].find((id) => /\?offstage-(tasks|copies)&/.test(id));
      const single = singleFile.find((option) => output[option] !== undefined && output[option] !== false);
      if (tasks && single) throw needsFolder(tasks, single);
    },
    /** Vite would make a URL for browsers, from the root of a site. */
    resolveFileUrl({ referenceId, relativePath, format }: FileUrl) {
      const base = baseUrls.get(format);
      if (base === undefined || !chunks.has(referenceId)) return null;
      return `new URL(${JSON.stringify(relativePath)}, ${base}).href`;
    },
    async generateBundle(_options: unknown, bundle: WrittenBundle) {
      await checkSliceChunks(bundle, (id) => sliceQuery.test(id));
    },
    transform: {
      order: 'pre',
      async handler(this: Context, code: string, id: string): Promise<Transformed | null> {
        if (sliceQuery.test(id) || !isOwnSource(id)) return null;
        const emit = (kind: 'tasks' | 'copies') => {
          const chunk = this.emitFile({
            type: 'chunk',
            id: sliceId(id, kind),
            name: chunkName(id, kind),
            preserveSignature: 'strict',
          });
          chunks.add(chunk);
          return { url: `import.meta.ROLLUP_FILE_URL_${chunk}` };
        };
        const slices = { tasks: once(() => emit('tasks')), copies: once(() => emit('copies')) };
        const refer = (_: string, copies: boolean) => slices[copies ? 'copies' : 'tasks']();
        const bundle = isForWorkers(this) ? bundledFile(id) : bundledFile(id, refer);
        const options = inPlace && !isForWorkers(this) ? {} : { bundle };
        const transformed = await withoutAbsent(
          (absent) => transform(code, id, { ...options, absent }),
          (specifier) => resolves(this, specifier, id),
        );
        return transformed ?? null;
      },
    },
  } as const;
  return plugin;
}

/** It ends as the file does, by which other plugins tell what they look at. */
function sliceId(file: string, kind: 'tasks' | 'copies' | 'slice'): string {
  return `${file}?offstage-${kind}&lang${extname(file)}`;
}

/** One for each file: Rolldown 1.2 takes what has the name of another chunk for that. */
function chunkName(id: string, kind: string): string {
  const path = createHash('sha256').update(pathInProject(id)).digest('hex').slice(0, 8);
  return `${id.replace(/^.*[\\/]|\.\w+$/g, '')}.${path}.${kind}`;
}

/** Whether a bundler finds something that runs: some make a path of an alias, whatever is there. */
async function resolves(context: Context, specifier: string, importer: string): Promise<boolean> {
  const found = await context.resolve(specifier, importer, { skipSelf: true });
  if (!found || found.external) return found !== null;
  const file = fileOf(found.id);
  return !isAbsolute(file) || (existsSync(file) && !declaresOnly(file));
}

function needsFolder(tasks: string, option: string): TransformError {
  return new TransformError(
    `the tasks of ${pathInProject(tasks.replace(sliceQuery, ''))} need a file of their own, which output.${option} leaves no room for`,
    'Set output.dir, without inlineDynamicImports or codeSplitting: false: worker threads load that file.',
  );
}
