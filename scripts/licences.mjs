import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licences of the packages that are part of a bundle.
 *
 * @param {readonly string[]} modules the files of the bundle
 */
export async function licences(modules) {
  const folders = modules.flatMap((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const packages = await Promise.all([...new Set(folders)].sort().map(licenceOf));
  return ['# The packages that are part of these files\n', ...packages].join('\n');
}

async function licenceOf(folder) {
  const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file));
  if (files.length === 0) throw new Error(`${name} is bundled, and ships no licence`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`## ${name} ${version}\n`, ...texts.map((text) => `${text.trim()}\n`)].join('\n');
}
