import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const { port, control } = workerData;
const counter = comlink.wrap(nodeEndpoint(port));

control.on('message', async (calls) => {
  let last;
  for (let call = 0; call < calls; call++) last = await counter.add(1);
  control.postMessage(last);
});
