import { readFileSync } from 'node:fs';
import { errorCodes } from 'offstage';
import { describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

const documented = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

/** The class and the message that the documentation shows for a code. */
function shown(code: string): string | undefined {
  const section = documented.split('\n## ').find((text) => text.startsWith(`${code}\n`));
  return section?.match(/^```text\n([\s\S]*?)^```/m)?.[1];
}

/** The same program everywhere, whatever its lines and wherever it lies. */
function normalised(message: string): string {
  return message
    .replaceAll(/file:\/\/\S*errors\.ts/g, 'file:///app/src/app.ts')
    .replaceAll(/test\/fixtures\/programs\/errors\.ts:\d+/g, 'src/app.ts:12')
    .replaceAll(/[^\s[]*broken\.ts/g, 'src/broken.ts');
}

describe('each error is told as the documentation shows it', () => {
  test.concurrent.each(Object.entries(errorCodes))('%s', async (name, code) => {
    const { stdout, code: exit } = await runProgram('test/fixtures/programs/errors.ts', code);
    expect(stdout).toMatch(new RegExp(`^${name}: `));
    expect(normalised(stdout)).toBe(shown(code));
    expect(exit).toBe(0);
  });

  test('and the documentation has no other', () => {
    const codes = [...documented.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(codes).toEqual(Object.values(errorCodes));
  });
});
