import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

// A few per cent above what it is. Where a test fails: look at what the change imports, and whether that can load when
// it is first used. What is worth its bytes raises the limit, in the commit that adds it.
const limit = { minified: 217_000, gzipped: 64_000 };

/** A program with all that the first example of the readme imports. */
const program = "export { Background, Container, inject, singleton } from 'offstage';";

/** The program with the library, without what loads later. */
async function bundled(code: string): Promise<string> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'node',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    // Both load when they are first needed.
    external: [/^node:/, ...builtinModules, 'consola', 'tinypool'],
    plugins: [
      {
        name: 'program',
        resolveId: (source) => (source === 'program' ? source : null),
        load: (id) => (id === 'program' ? code : null),
      },
    ],
  });
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  const chunks = output.flatMap((file) => (file.type === 'chunk' ? [file] : []));
  const atOnce = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of atOnce)
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) atOnce.add(chunk);
  return [...atOnce].map((chunk) => chunk.code).join('');
}

const code = await bundled(program);
const bytes = Buffer.byteLength(code);

test('the public entry stays below its limit', () => {
  expect(bytes, 'bytes minified: what to do stands beside the limit').toBeLessThan(limit.minified);
  expect(gzipSync(code).length, 'bytes gzipped: the same').toBeLessThan(limit.gzipped);
});

test('its limit is near', () => {
  expect(bytes, 'lower the limit to a few per cent above').toBeGreaterThan(limit.minified * 0.9);
});

test('what loads when it is first needed is not imported at once', () => {
  // Compared by numbers, since a message with all the code tells nothing.
  const staticImports = code.match(
    /from\s*["'`](tinypool|consola|node:worker_threads|node:v8|node:net|node:http)["'`]/g,
  );
  expect(staticImports).toBeNull();
  expect(code.match(/import\(/g)?.length).toBeGreaterThan(0);
});
