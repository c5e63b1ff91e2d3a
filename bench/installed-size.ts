import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesIn, folderOf, installedWith, manifestOf } from './installed.js';
import { section, sizes } from './table.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

export async function table(): Promise<string> {
  return [parts(), peers()].join('\n');
}

/** Each part of an installed offstage once, with what it is for. */
function parts(): string {
  const runTime = reachable(['index.js', 'threads/worker.js', 'reflection/declare.js']);
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dist, name))
    .filter((path) => statSync(path).isFile());
  const sum = (chosen: string[]) => chosen.reduce((bytes, path) => bytes + statSync(path).size, 0);
  const isCode = (path: string) => path.endsWith('.js');
  const own = [
    ...[...runTime].map((path) => [`dist/${relative(dist, path)}`, 'run time', sum([path])] as const),
    [
      'other code of dist',
      'compiling, tools, adapters, tests',
      sum(files.filter((path) => isCode(path) && !runTime.has(path))),
    ] as const,
    ['types', 'editors', sum(files.filter((path) => path.endsWith('.d.ts')))] as const,
    [
      'documents',
      'people',
      sum([
        ...files.filter((path) => path.endsWith('.md')),
        ...['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'].map((name) => join(root, name)),
      ]),
    ] as const,
  ];
  const counted = new Set([root]);
  const dependencies = Object.keys(manifestOf(root).dependencies ?? {}).map((name) => {
    const folder = folderOf(name, root);
    if (folder === undefined) throw new Error(`${name} is not installed`);
    const share = [...installedWith(folder)].filter((path) => !counted.has(path));
    for (const path of share) counted.add(path);
    const others = share.length - 1;
    const use = atRunTime.has(name) ? 'run time' : 'compiling';
    const bytes = share.reduce((total, path) => total + bytesIn(path), 0);
    return [others > 0 ? `${name}, and ${others} below it` : name, use, bytes] as const;
  });
  const all = [...own, ...dependencies];
  const total = (use?: string) =>
    all.reduce((bytes, [, of, size]) => bytes + (use === undefined || of === use ? size : 0), 0);
  return section(
    'Installed size, part by part',
    ['', 'for', 'bytes'],
    [
      ...all.map(([name, use, bytes]) => [name, use, sizes(bytes)]),
      ['all that run time needs', '', sizes(total('run time'))],
      ['all', '', sizes(total())],
    ],
    ['Bytes of files, not of blocks on the disk. Compilers come as built for this system.'],
  );
}

const atRunTime = new Set(['tinypool', 'consola']);

/** The files that these import, themselves among them, whether at once or later: without the compiler. */
function reachable(entries: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path) || relative(dist, path).includes('transform')) return;
    found.add(path);
    const code = readFileSync(path, 'utf8');
    for (const [, specifier] of code.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      if (specifier) visit(resolve(dirname(path), specifier));
    }
  };
  for (const entry of entries) visit(join(dist, entry));
  return found;
}

function peers(): string {
  const rows = [
    ['@needle-di/core'],
    ['typed-inject'],
    ['awilix'],
    ['tsyringe', 'reflect-metadata'],
    ['inversify', 'reflect-metadata'],
    ['@nestjs/core', '@nestjs/common', 'reflect-metadata'],
    ['tinypool'],
    ['piscina'],
    ['workerpool'],
    ['poolifier'],
    ['p-queue'],
  ].map((names) => {
    const folders = new Set<string>();
    for (const name of names) {
      const folder = folderOf(name, root);
      if (folder === undefined) throw new Error(`${name} is not installed`);
      installedWith(folder, folders);
    }
    const bytes = [...folders].reduce((total, folder) => total + bytesIn(folder), 0);
    return [names.join(' and '), String(folders.size), sizes(bytes)];
  });
  return section('Installed size of peers', ['', 'packages', 'bytes'], rows);
}
