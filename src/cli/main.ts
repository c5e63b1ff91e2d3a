#!/usr/bin/env node
// The command `offstage`: what a container knows, without running the program.
import { parseArgs } from 'node:util';
import { inspect } from './inspect.js';

const usage = `offstage check <file>         finds every missing provider, cycle and captive dependency
offstage graph <file> [--dot] draws providers, functions and what they need: Mermaid, or Graphviz with --dot

The file is loaded as "node --import offstage/register" does it, up to the first call that it injects into.`;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { dot: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  const [command, file, ...more] = positionals;
  if (values.help) console.log(usage);
  else if ((command === 'check' || command === 'graph') && file !== undefined && more.length === 0) {
    const container = await inspect(file);
    if (command === 'graph') {
      const graph = await container.graph();
      console.log((values.dot ? graph.toDot() : graph.toMermaid()).trimEnd());
    } else {
      await container.validate();
      const { nodes } = await container.graph();
      const functions = nodes.filter(({ kind }) => kind === 'function').length;
      console.log(`valid: ${nodes.length - functions} providers, ${functions} injected functions`);
    }
    process.exit(0); // the program may have begun to listen
  } else {
    console.error(usage);
    process.exit(2);
  }
} catch (error) {
  const isInvalid = error instanceof Error && 'code' in error && error.code === 'ERR_OFFSTAGE_VALIDATION';
  console.error(isInvalid ? error.message : error);
  process.exit(isInvalid ? 1 : 2);
}
