import { readFile } from 'node:fs/promises';
import { explain } from '../transform/explain.js';
import { UsageError } from './usage-error.js';

/** What the transform makes of a file, for people. */
export async function explainFile(file: string): Promise<string> {
  const code = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`there is no file ${file}`);
  });
  const explanations = explain(code, file);
  if (explanations.length === 0) return `${file} has no functions or classes`;
  return explanations
    .map(({ line, signature, place, parameters }) => {
      const width = Math.max(...parameters.map(({ name }) => name.length));
      const lines = parameters.map(({ name, takenFor }) => `    ${name.padEnd(width)}  ${takenFor}`);
      return [`${file}:${line} ${signature}`, `  ${place}`, ...lines].join('\n');
    })
    .join('\n\n');
}
