#!/usr/bin/env node
// The command `offstage`: runs a program, and tells what a container or the transform knows of it.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { explainFile } from './explain.js';
import { inspect } from './inspect.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';

const usage = `offstage run [options of node] <file> [arguments]
                              runs a program: node --import offstage/register <file>; --watch runs it anew on changes
offstage check <file>         finds every missing provider, cycle and captive dependency, and tells what is left to callers
offstage graph <file> [--dot] draws providers, functions and what they need: Mermaid, or Graphviz with --dot
offstage explain <file>       tells what each parameter is taken for, and why
offstage --version            tells its version

To check or draw, the file is loaded up to the first call that it injects into.`;

/** The program that is looked at cannot call it. */
const exit = process.exit.bind(process);
const [first, ...rest] = process.argv.slice(2);
if (first === 'run' && rest.length > 0) run(rest);
else await tell();

async function tell(): Promise<void> {
  try {
    const { positionals, values } = parsed();
    const [command, file, ...more] = positionals;
    if (values.help) await print(usage);
    else if (values.version) await print(await version());
    else if (command === 'explain' && file !== undefined && more.length === 0)
      await print(await explainFile(file));
    else if ((command === 'check' || command === 'graph') && file !== undefined && more.length === 0) {
      const container = await inspect(file);
      if (command === 'graph') {
        const graph = await container.graph();
        await print((values.dot ? graph.toDot() : graph.toMermaid()).trimEnd());
      } else {
        await container.validate();
        const { nodes } = await container.graph();
        const functions = nodes.filter(({ kind }) => kind === 'function').length;
        const providers = counted(nodes.length - functions, 'provider');
        const notes = (await container.leftToCallers()).map((note) => `note: ${note}`);
        await print([`valid: ${providers}, ${counted(functions, 'injected function')}`, ...notes].join('\n'));
      }
      exit(0); // the program may have begun to listen
    } else {
      console.error(usage);
      exit(2);
    }
  } catch (error) {
    const isInvalid = error instanceof Error && 'code' in error && error.code === 'ERR_OFFSTAGE_VALIDATION';
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
    else console.error(isInvalid ? error.message : error);
    exit(isInvalid ? 1 : 2);
  }
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        dot: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function version(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Prints, and waits until it is read, or until nobody reads on, as with `| head`. */
function print(text: string): Promise<void> {
  process.stdout.on('error', () => {});
  return new Promise((resolve) => {
    process.stdout.write(`${text}\n`, () => resolve());
  });
}
