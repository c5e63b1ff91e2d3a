import { beforeAll, describe, expect, test } from 'vitest';
import { fetchSources, folderOf, packages } from './fixtures/real-sources/fetch.js';
import { read, sourceFiles } from './fixtures/real-sources/source-files.js';
import { transformLawfully } from './fixtures/real-sources/transform-laws.js';

beforeAll(fetchSources, 420_000);

describe('the transform does no harm to', () => {
  test.each(packages)('$name', { timeout: 60_000 }, ({ name }) => {
    const problems = sourceFiles(folderOf(name)).flatMap((file) =>
      transformLawfully(file, read(file)).problems.map((problem) => `${file}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });
});
