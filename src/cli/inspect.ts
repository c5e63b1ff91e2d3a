import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Container } from '../container/container.js';
import type { Resolver } from '../container/resolution/resolver.js';
import '../transform/register.js';
import { UsageError } from './usage-error.js';

/** Thrown where the program would begin, or end: all that it registers stands before. */
class Begins extends Error {
  constructor() {
    super('offstage runs the program no further: it only looks at what that registers');
  }
}

/**
 * Loads a program far enough to know its default container, and gives that. What the program prints goes to the standard
 * error, and it ends the process no more: its own handlers of errors may see what is thrown here.
 */
export async function inspect(file: string): Promise<Container> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`there is no file ${file}`);
  // The program's own copy of the package, since that is where it registers.
  const own = createRequire(path).resolve('offstage');
  const { Container: container }: { Container: Container } = await import(pathToFileURL(own).href);
  let loading = true;
  const begin = () => {
    throw new Begins();
  };
  // The default container is there, and the program may make others.
  for (const user of [container.resolver, container.resolver.constructor as typeof Resolver])
    user.beforeUse = begin;
  process.exit = () => (loading ? begin() : undefined) as never; // behind the loading it would end the report
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  // A call that nobody awaits ends the loading as well as one that is awaited.
  for (const event of ['unhandledRejection', 'uncaughtException'])
    process.on(event, (error) => {
      if (!(error instanceof Begins)) throw error;
    });
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Begins)) throw error;
  }
  loading = false;
  process.stdout.write = write;
  return container;
}
