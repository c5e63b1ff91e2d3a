// The floor: a message with the arguments of one or more tasks, and one back with what they
// returned.
import { parentPort } from 'node:worker_threads';
import * as functions from './functions.mjs';

parentPort.on('message', ({ name, args }) => {
  const run = functions[name];
  parentPort.postMessage(args.map((arg) => run(arg)));
});
