import { parentPort } from 'node:worker_threads';

// coincident is made for browsers: what it takes from their threads is all on the port.
globalThis.addEventListener = parentPort.addEventListener.bind(parentPort);
globalThis.postMessage = parentPort.postMessage.bind(parentPort);
const { default: coincident } = await import('coincident/worker');
// Its own default is no multiple of four, which Node 20 refuses.
const { proxy } = await coincident({ minByteLength: 0x8000 });

// It has this called from the main thread.
proxy.callOften = (calls) => {
  let last;
  for (let call = 0; call < calls; call++) last = proxy.add(1);
  return last;
};
