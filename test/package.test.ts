import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Background, Container, singleton } from 'offstage';
import { describe, expect, test } from 'vitest';
import { installedPackage, root } from './fixtures/installed-package.js';

const { installed } = installedPackage();

test('the package ships what a user needs, and nothing else', () => {
  const shipped = readdirSync(installed).filter((name) => name !== 'node_modules');
  expect(shipped.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
  const built = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  const others = built.filter((name) => !/(\.js|\.d\.ts)$/.test(name) && name.includes('.'));
  expect(others).toEqual(['LICENSES.md']);
});

test('what runs is in ASCII: one wider character doubles what V8 keeps of a file', () => {
  const built = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  const wide = (name: string) => /[^\0-\x7f]/.test(readFileSync(join(installed, 'dist', name), 'utf8'));
  expect(built.filter((name) => name.endsWith('.js') && wide(name))).toEqual([]);
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
    ...['node', 'hono', 'fastify', 'express', 'koa'].map((name): [string, string[]] => [
      `web/adapters/${name}.js`,
      [
        'reflection/declare.js',
        'shared/basics.js',
        'shared/inversify.js',
        'shared/run-time.js',
        'shared/web.js',
      ],
    ]),
    ['reflection/declare.js', []],
    ['threads/worker.js', ['reflection/declare.js', 'shared/basics.js']],
    ['transform/register.js', ['shared/module-urls.js', 'transform/install-hooks.js']],
    // On the thread of a worker's hooks: another thread compiles.
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
  expect(packages).toEqual(expect.arrayContaining(['@jridgewell/remapping', 'inversify', 'magic-string']));
  const licence = /without restriction|Apache License/g; // once in each
  expect(text.match(licence)?.length).toBeGreaterThanOrEqual(packages.length);
});

test('classes have their own names, whatever is bundled beside them', () => {
  expect(Container.constructor.name).toBe('Container');
  expect(Background.name).toBe('Background');
});

test('a class that another copy of the package has decorated is told by both folders', async () => {
  const other: typeof import('offstage') = await import(pathToFileURL(join(installed, 'dist/index.js')).href);
  class Mailer {}
  other.singleton(Mailer);
  const isolated = Container.create();
  expect(() => isolated.resolve(Mailer)).toThrow(
    `Mailer is decorated by another copy of offstage: ${pathToFileURL(installed).href}/, and not ${pathToFileURL(root).href}.`,
  );
  singleton(Mailer);
  expect(Container.resolve(Mailer)).toBeInstanceOf(Mailer);
});
