// `way.ts <module> <way> <operations>`: a child process that does what a table compares, once for each message, and
// answers with the nanoseconds of one operation.
import { repeated, timed } from '../compare.js';
import type { Run, Ways } from '../ways.js';

const [module = '', name = '', operations] = process.argv.slice(2);
const { ways }: { readonly ways: Ways } = await import(module);
const run = (await ways[name]?.()) as Run; // one of them, by who starts this
const round = operations === '1' ? await repeated(run) : whole(run, Number(operations));
process.on('message', async () => {
  // A full collection would drop compiled code, too.
  globalThis.gc?.({ type: 'minor' });
  process.send?.(await round());
});
process.send?.('ready');

function whole(run: Run, operations: number): () => Promise<number> {
  return async () => (await timed(run)) / operations;
}
