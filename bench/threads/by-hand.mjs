// The floor: a message with the arguments of one or more tasks, and one back with what they
// returned.
import { parentPort } from 'node:worker_threads';
import { burn, size, tiny } from './functions.mjs';

const functions = { tiny, burn, size };

parentPort.on('message', ({ name, args }) => {
  const run = functions[name];
  parentPort.postMessage(args.map((arg) => run(arg)));
});
