import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Container } from '../container/container.js';
import '../transform/register.js';

/** Thrown where the program would begin: all that it registers stands before. */
class Begins extends Error {}

/** Loads a program far enough to know its default container, and gives that. */
export async function inspect(file: string): Promise<Container> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`there is no file ${file}`);
  // The program's own copy of the package, since that is where it registers.
  const own = createRequire(path).resolve('offstage');
  const { Container: container }: { Container: Container } = await import(pathToFileURL(own).href);
  container.resolver.beforeUse = () => {
    throw new Begins();
  };
  // A call that nobody awaits ends the loading as well as one that is awaited.
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof Begins)) throw error;
  });
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Begins)) throw error;
  }
  container.resolver.beforeUse = undefined;
  return container;
}
