import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Background, Container } from 'offstage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const deadline = { timeout: 60_000 };
const project = mkdtempSync(join(tmpdir(), 'offstage-package-'));
const installed = join(project, 'node_modules', 'offstage');
afterAll(() => rmSync(project, { recursive: true }));

const consumer = `
import { all, Background, Container, inject, type Lazy, Resource, resource, singleton, task, token } from 'offstage';
import { transform } from 'offstage/transform';
import vite from 'offstage/vite';
import rollup from 'offstage/rollup';
import rolldown from 'offstage/rolldown';
import esbuild from 'offstage/esbuild';
import webpack from 'offstage/webpack';
import rspack from 'offstage/rspack';
import bun from 'offstage/bun';
import 'offstage/register';
import { declarationOf } from 'offstage/runtime';

const Url = token<string>('Url');
@singleton
class Mailer {
  constructor(readonly other: Lazy<Other>) {}
  async send(to: string) {
    return to.length;
  }
}
@resource({ nested: 'share', deps: [Url] })
class Other implements AsyncDisposable {
  constructor(readonly url: string) {}
  [Resource.enter]() {}
  async [Symbol.asyncDispose]() {}
}
export const double = task(import.meta.url, 'double', (n: number) => n * 2);
export const main = inject(async (bg: Background, mailer: Mailer, to: string) => {
  const handle = await bg.add(double, 21);
  const doubled: number = await handle.result;
  return doubled + (await mailer.send(to));
});
export const sum: Promise<number> = main('ada');
export const urls: string[] = Container.resolve(all(Url));
export const text: string | undefined = transform('function f() {}', 'f.ts')?.code;
export const plugins = [vite(), rollup(), rolldown(), esbuild(), webpack(), rspack(), bun()];
export const known = declarationOf(Other)?.name;
`;

beforeAll(async () => {
  // What npm would install: the packed files, with the dependencies beside them.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
    ...deadline,
  });
  const [{ filename }] = JSON.parse(stdout);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '-C', installed, '--strip-components=1'], deadline);
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'app.ts'), consumer);
}, 60_000);

test('the package ships what a user needs, and nothing else', () => {
  const shipped = readdirSync(installed).filter((name) => name !== 'node_modules');
  expect(shipped.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
  const built = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  const others = built.filter((name) => !/(\.js|\.d\.ts)$/.test(name) && name.includes('.'));
  expect(others).toEqual(['LICENSES.md']);
});

/** What a built file loads, itself and below: files of the package, and the packages these name. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  found.add(file);
  const code = readFileSync(join(installed, 'dist', file), 'utf8');
  for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^'";]*['"]([^'"]+)['"];$/gm)) {
    const path = specifier.startsWith('.') ? join(file, '..', specifier) : specifier;
    if (!found.has(path) && !isBuiltin(path))
      if (specifier.startsWith('.')) loadedBy(path, found);
      else found.add(path);
  }
  return found;
}

describe('what is loaded is few files', () => {
  test.each([
    ['index.js', ['reflection/declare.js', 'shared/basics.js', 'shared/inversify.js', 'shared/run-time.js']],
    ['reflection/declare.js', []],
    ['threads/worker.js', ['reflection/declare.js', 'shared/basics.js']],
    ['transform/register.js', ['shared/module-urls.js', 'transform/install-hooks.js']],
    ['transform/async-hooks.js', ['shared/module-urls.js']],
    [
      'transform/transform.js',
      [
        'oxc-parser',
        'oxc-transform',
        'reflection/declare.js',
        'shared/basics.js',
        'shared/module-urls.js',
        'shared/transform.js',
      ],
    ],
  ])('and nothing of another time: %s', (file, others) => {
    expect([...loadedBy(file)].sort()).toEqual([file, ...others].sort());
  });

  test('and what is not bundled is a dependency', () => {
    const { dependencies, exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const entries = Object.values<string | { default: string }>(exports).flatMap((target) =>
      typeof target === 'string' ? [] : target.default.replace('./dist/', ''),
    );
    const packages = entries.flatMap((entry) => [...loadedBy(entry)]).filter((name) => !name.endsWith('.js'));
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(packages));
  });
});

test('the licences of what is bundled ship with it', () => {
  const text = readFileSync(join(installed, 'dist/LICENSES.md'), 'utf8');
  const packages = [...text.matchAll(/^## (\S+) [\d.]+$/gm)].map(([, name]) => name);
  expect(packages).toEqual(
    expect.arrayContaining(['@jridgewell/remapping', 'inversify', 'magic-string', 'oxc-walker']),
  );
  const licence = /without restriction|Apache License/g; // once in each
  expect(text.match(licence)?.length).toBeGreaterThanOrEqual(packages.length);
});

test('classes have their own names, whatever is bundled beside them', () => {
  expect(Container.constructor.name).toBe('Container');
  expect(Background.name).toBe('Background');
});

const compilers = ['typescript-5.9', 'typescript', 'typescript-7'];
const resolutions = [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
];

describe('the published types hold, without skipping any', () => {
  test.each(
    compilers.flatMap((compiler) =>
      resolutions.map(([module, resolution]) => ({ compiler, module, resolution })),
    ),
  )(
    'under $compiler with $resolution',
    async ({ compiler, module, resolution }) => {
      const config = {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
          types: ['node'],
          module,
          moduleResolution: resolution,
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          skipLibCheck: false,
          noEmit: true,
        },
        files: ['app.ts'],
      };
      const file = join(project, `tsconfig.${compiler}.${resolution}.json`);
      writeFileSync(file, JSON.stringify(config));
      const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', file], { cwd: project, ...deadline }).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).toBe('');
    },
    90_000,
  );
});
