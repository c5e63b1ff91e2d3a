import type { ConsolaInstance } from 'consola';

type Level = 'debug' | 'error' | 'warn';
type Line = readonly [level: Level, tag: string, message: unknown];

let consola: ConsolaInstance | undefined;
/** What is said while consola loads. */
let waiting: Line[] | undefined;

/** A voice of the library. It speaks through consola, which loads when there is first something to say. */
export function logger(
  tag: 'background' | 'container' = 'container',
): Record<Level, (message: unknown) => void> {
  return {
    debug: (message) => say(['debug', tag, message]),
    error: (message) => say(['error', tag, message]),
    warn: (message) => say(['warn', tag, message]),
  };
}

function say(line: Line): void {
  const [level, tag, message] = line;
  // Tagged at each use, so that what a program sets on consola later holds.
  if (consola) consola.withTag(tag)[level](message);
  else if (waiting) waiting.push(line);
  else {
    waiting = [line];
    process.once('exit', sayPlainly);
    import('consola').then((loaded) => {
      consola = loaded.consola;
      for (const said of waiting?.splice(0) ?? []) say(said);
    }, sayPlainly);
  }
}

/** Says what would be lost where consola has not loaded in time. */
function sayPlainly(): void {
  for (const [level, tag, message] of waiting?.splice(0) ?? [])
    if (level !== 'debug') console.error(`[${tag}]`, message);
}
