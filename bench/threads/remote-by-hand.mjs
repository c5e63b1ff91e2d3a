// Calls a method of the main thread, and blocks until it has answered: asleep, or spinning.
import { receiveMessageOnPort, workerData } from 'node:worker_threads';

const { port, control, answers, spins } = workerData;
const answered = new Int32Array(answers);

function add(n) {
  port.postMessage(n);
  while (Atomics.load(answered, 0) === 0) {
    if (!spins) Atomics.wait(answered, 0, 0); // the call before may wake it, too
  }
  Atomics.store(answered, 0, 0);
  return receiveMessageOnPort(port).message;
}

control.on('message', (calls) => {
  let last;
  for (let call = 0; call < calls; call++) last = add(1);
  control.postMessage(last);
});
