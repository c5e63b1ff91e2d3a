// Bundles what runs, behind tsc, which writes the declarations: hundreds of small files take long to load.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { licences } from './licences.mjs';
import { removeOthers } from './remove-others.mjs';

const { exports, bin, dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const published = [...Object.values(exports).map((target) => target.default), ...Object.values(bin)]
  .filter((file) => file !== undefined)
  .map((file) => file.replace(/^(\.\/)?dist\/|\.js$/g, ''));
const loadedByUrl = ['threads/worker', 'transform/async-hooks', 'transform/plugins/webpack-loader'];
/** Others import these as they are, instead of sharing one more file with them. */
const asTheyAre = ['reflection/declare', 'transform/register', 'transform/install-hooks'];
const entries = [...new Set([...published, ...loadedByUrl, ...asTheyAre])];

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  preserveEntrySignatures: 'allow-extension',
  external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
  plugins: [
    {
      name: 'entries-as-they-are',
      resolveId(source, importer) {
        const path = importer && resolve(importer, '..', source);
        const entry = asTheyAre.find((name) => path === resolve(`src/${name}.js`));
        return entry ? { id: path, external: 'relative' } : null;
      },
    },
    {
      // It only adds to the global Reflect: as an ES module it needs no helpers for CommonJS.
      name: 'reflect-metadata-as-a-module',
      transform: {
        filter: { id: /reflect-metadata/ },
        handler: (code) => `${code}\nexport {};\n`,
      },
    },
  ],
});

const { output } = await bundle.generate({
  entryFileNames: '[name].js',
  // As deep as the folders of the source, since files find others by their URL.
  chunkFileNames: 'shared/[name].js',
  codeSplitting: {
    // Each takes along what its modules import, as far as no group before it has it.
    groups: [
      // What the main thread and worker threads have in common.
      {
        name: 'basics',
        test: /src\/(errors|thrown|values|platform|in-context|reflection\/wrappers|threads\/(current-task|task|(jobs|transfer)\/.*|remotes\/(answer-lane|remote-calls|protocols)))\.ts$/,
      },
      // What stands before the loader, which Node 20 has on another thread.
      {
        name: 'module-urls',
        test: /src\/transform\/(module-urls|bundler-imports|import-loader|required-in-deno)/,
      },
      { name: 'inversify', test: /node_modules\/(@?inversify|reflect-metadata)/ },
      {
        name: 'run-time',
        test: /src\/(background\/|container\/(?!inspection\/left-to-callers)|web\/(after|background-tasks|injectable-tasks)\.ts)/,
      },
      // What only adapters need: Node's servers take longer to load than all before.
      { name: 'web', test: /src\/web\/(?!adapters\/(node|hono|fastify|express|koa)\.ts)/ },
      {
        name: 'transform',
        test: /src\/transform\/(?!plugins|register|install-hooks|async-hooks|compile-service)/,
      },
    ].map((group, index, { length }) => ({ ...group, priority: length - index })),
  },
});
await bundle.close();

for (const { fileName, code } of output) {
  // With one wider character, V8 would keep the text of the whole file in two bytes each.
  const ascii = code.replace(
    /[^\0-\x7f]/g,
    (wide) => `\\u${wide.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  await mkdir(dirname(`dist/${fileName}`), { recursive: true });
  await writeFile(`dist/${fileName}`, ascii);
}

const bundled = output.flatMap((chunk) => Object.keys(chunk.modules));
await writeFile('dist/LICENSES.md', await licences(bundled));
await removeOthers('dist', [...output.map(({ fileName }) => fileName), 'LICENSES.md'], entries);
// npm does so where it installs the package: here `npx offstage` finds them as they are.
for (const file of Object.values(bin)) await chmod(file, 0o755);
