import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));

function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.startsWith('api'))
    .map((name) => join(folder, name));
}

interface Block {
  readonly title: string;
  readonly code: string;
}

/** Every `ts` block of the documents, and of the doc comments. */
const blocks = ['README.md', ...filesIn('docs', '.md'), ...filesIn('src', '.ts')].flatMap((file): Block[] => {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const text = lines.map((line) => line.replace(/^ *\* ?/, '')).join('\n');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(({ 1: code = '', index }) => ({
    title: `${file}:${text.slice(0, index).split('\n').length}`,
    code,
  }));
});

/** What the comments behind calls say that is printed: `console.log(1); // 1`. */
function promised(code: string): string[] {
  return [...code.matchAll(/^ *(?:console\.|await )[^\n]*; \/\/ (.*)$/gm)].flatMap(({ 1: said = '' }) =>
    said.split(', '),
  );
}

// Inside the project, so that their imports find the package.
const folder = mkdtempSync(join(root, 'test/fixtures/documentation-'));
afterAll(() => rmSync(folder, { recursive: true }));
copyFileSync(join(root, 'examples/promise/images.ts'), join(folder, 'images.ts'));

describe('each example of the documentation runs, and prints what it says', () => {
  test.concurrent.each(blocks.map((block, index) => ({ ...block, index })))(
    '$title',
    async ({ code, index }) => {
      const file = join(folder, `${index}.ts`);
      writeFileSync(file, code);
      const { stdout, stderr, code: exit } = await runProgram(file);
      const expected = promised(code);
      const printed = stdout.split('\n').slice(0, -1);
      expect({ stderr, exit, printed: expected.length > 0 ? printed : [] }).toEqual({
        stderr: '',
        exit: 0,
        printed: expected,
      });
    },
  );
});
