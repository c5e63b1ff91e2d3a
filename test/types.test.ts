import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('./types/', import.meta.url));
const files = readdirSync(folder).map((name) => folder + name);
const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
/** Flags that `strict` leaves off: what compiles under the strictest ones has to do so without them, too. */
const flags = { 'under the strictest flags': strictest, 'under strict alone': {} };
const common: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** What a file says of its own errors: the line, and a part of the compiler's message. */
function stated(source: ts.SourceFile): string[] {
  return source.text.split('\n').flatMap((line, index) => {
    const [, message] = line.match(/^\s*\/\/ error: (.*)$/) ?? [];
    return message === undefined ? [] : [`line ${index + 2}: ${message}`];
  });
}

describe.each(Object.entries(flags))(
  'each file has the errors that it states, and no other, %s',
  (_, more) => {
    const program = ts.createProgram(files, { ...common, ...more });

    test.each(files.map((file) => [file.slice(folder.length), file]))('%s', (_, file) => {
      const source = program.getSourceFile(file) as ts.SourceFile; // it is a file of the program
      const expected = stated(source);
      const found = ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
        const line = `line ${source.getLineAndCharacterOfPosition(start).line + 1}`;
        const text = ts.flattenDiagnosticMessageText(messageText, '\n');
        const known = expected.find(
          (one) => one.startsWith(`${line}: `) && text.includes(one.slice(line.length + 2)),
        );
        return known ?? `${line}: ${text}`;
      });
      expect(found).toEqual(expected);
    });
  },
);
