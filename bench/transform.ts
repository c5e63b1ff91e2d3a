import { transform } from 'offstage/transform';
import { parseSync } from 'oxc-parser';
import { fetchSources, folderOf, packages } from '../test/fixtures/real-sources/fetch.js';
import { read, sourceFiles } from '../test/fixtures/real-sources/source-files.js';
import { compareWhole, type Row } from './compare.js';

export async function table(): Promise<string> {
  await fetchSources();
  const files = packages.flatMap(({ name }) => sourceFiles(folderOf(name)));
  const sources = files.map((file) => [file, read(file)] as const);
  const overAll =
    (pass: (file: string, code: string) => unknown): Row['run'] =>
    () => {
      for (const [file, code] of sources) pass(file, code);
    };
  return compareWhole(
    `Each of ${files.length.toLocaleString('en')} files of ${packages.length} packages`,
    files.length,
    [
      // It makes its tree when it is asked for.
      {
        name: 'oxc-parser (floor)',
        run: overAll((file, code) => parseSync(file, code).program.body),
      },
      { name: 'offstage/transform', run: overAll((file, code) => transform(code, file)) },
    ],
    { rounds: { counted: 3, warmUp: 1 } },
  );
}
