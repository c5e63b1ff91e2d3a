import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareMeasured } from './compare.js';
import { times } from './table.js';

const here = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

/** The time within a fresh process, so without its own. */
function imported(name: string, ...specifiers: string[]) {
  const args = [here('time-import.mjs'), ...specifiers];
  return { name, measure: () => Number(execFileSync(process.execPath, args, { encoding: 'utf8' })) };
}

export async function table(): Promise<string> {
  const first = (name: string, file: string) => imported(name, here(`first-call/${file}.mjs`));
  const notes = ['In a fresh process each time, from its first line on.'];
  return [
    await compareMeasured(
      'Import',
      [
        imported('an empty module (floor)', here('empty.mjs')),
        imported('offstage', 'offstage'),
        imported('@needle-di/core 1', '@needle-di/core'),
        imported('typed-inject 5', 'typed-inject'),
        imported('awilix 13', 'awilix'),
        imported('tsyringe 4, with reflect-metadata', 'reflect-metadata', 'tsyringe'),
        imported('inversify 8, with reflect-metadata', 'reflect-metadata', 'inversify'),
        imported('NestJS 12, core with reflect-metadata', 'reflect-metadata', '@nestjs/core'),
      ],
      times,
      { notes },
    ),
    await compareMeasured(
      'Import, and the first injected call with a singleton',
      [
        first('by hand (floor)', 'by-hand'),
        first('offstage', 'offstage'),
        first('@needle-di/core 1', 'needle-di'),
        first('typed-inject 5', 'typed-inject'),
        first('awilix 13', 'awilix'),
        first('tsyringe 4', 'tsyringe'),
        first('inversify 8', 'inversify'),
        first('NestJS 12', 'nestjs'),
      ],
      times,
      { notes },
    ),
  ].join('\n');
}
