// Behind tsc, which writes the declarations: bundles what runs, since hundreds of small files load slowly.
import { readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import { licencesOf } from './licences.mjs';
import { removeUnreachable } from './reachable-declarations.mjs';

const manifest = JSON.parse(await readFile('package.json', 'utf8'));
/** Files that are loaded by their URL. */
const loadedByUrl = ['threads/worker', 'transform/async-hooks', 'transform/plugins/webpack-loader'];
const published = [...Object.values(manifest.exports).map((target) => target.default), ...Object.values(manifest.bin)]
  .filter((file) => file !== undefined)
  .map((file) => file.replace(/^(\.\/)?dist\/|\.js$/g, ''));
const entries = [...new Set([...published, ...loadedByUrl])];

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  external: Object.keys(manifest.dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
});
const { output } = await bundle.write({
  dir: 'dist',
  entryFileNames: '[name].js',
  // As deep as the folders of the source, since files find others by their URL.
  chunkFileNames: 'shared/[name].js',
  keepNames: true, // messages name classes
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      // What the main thread, each worker thread and compiled modules have in common.
      { name: 'basics', test: /rolldown\/runtime|src\/(errors|reflection\/declare|threads\/(transfer|wire-errors|remote-calls|job))\.ts$/ },
      { name: 'transform', test: /src\/transform\/(?!register|install-hooks|async-hooks|plugins)|node_modules\/(magic-string|oxc-walker|@jridgewell)\// },
      { name: 'inversify', test: /node_modules\/(@?inversify|reflect-metadata)/ },
    ],
  },
});
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
await writeFile('dist/LICENSES.md', await licencesOf(modules));
await removeUnreachable(entries.map((entry) => `dist/${entry}.d.ts`));
for (const c of output) console.log(c.fileName, c.code?.length, c.imports?.join(' '), '| dyn', c.dynamicImports?.join(' '));
