import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Background, Container, singleton } from 'offstage';
import { createSyncFn } from 'synckit';
import { twoThreads, warmUp } from './pools.js';
import { compareWays, type Ways } from './ways.js';

const calls = 2_000;

@singleton
class Counter {
  total = 0;
  add(n: number) {
    this.total += n;
    return this.total;
  }
}

function callOften(counter: Counter, calls: number) {
  let last = 0;
  for (let call = 0; call < calls; call++) last = counter.add(1);
  return last;
}

const counter = () => Container.resolve(Counter);

export const ways: Ways = {
  'the thread sleeps meanwhile (floor)': () => byHand(counter(), false),
  'the thread spins meanwhile': () => byHand(counter(), true),
  'offstage, a remote': async () => {
    await warmUp();
    const bg = new Background(twoThreads);
    return async () => (await bg.add(callOften, calls)).result;
  },
  'coincident 4': () => coincidentCalls(counter()),
  'comlink 4, each awaited': () => comlinkCalls(counter()),
  'synckit 0.12, the main thread calls the other, and blocks': () => {
    const synckit = createSyncFn<(n: number) => number>(file('remote-synckit.mjs'), { execArgv: [] });
    return () => {
      for (let call = 0; call < calls; call++) synckit(1);
    };
  },
};

export function table(): Promise<string> {
  return compareWays('A method of the main thread, called by a worker thread', import.meta.url, ways, {
    operations: calls,
    notes: [
      'coincident blocks as offstage does, but looks after no context or scope; it runs here over a few names of browsers. comlink does not block. synckit knows the other direction only.',
    ],
  });
}

const file = (name: string) => fileURLToPath(new URL(`./threads/${name}`, import.meta.url));

function byHand(counter: Counter, spins: boolean): () => Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  const answers = new SharedArrayBuffer(4);
  const answered = new Int32Array(answers);
  port1.on('message', (n: number) => {
    port1.postMessage(counter.add(n));
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
  return worker('remote-by-hand.mjs', port2, { answers, spins });
}

function comlinkCalls(counter: Counter): () => Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  comlink.expose(counter, nodeEndpoint(port1));
  return worker('remote-comlink.mjs', port2, {});
}

/** Starts a thread, and gives what has it make all calls. */
function worker(name: string, port: MessagePort, data: object): () => Promise<unknown> {
  const { port1: control, port2 } = new MessageChannel();
  const started = new Worker(file(name), {
    execArgv: [],
    workerData: { ...data, port, control: port2 },
    transferList: [port, port2],
  });
  started.unref();
  return () => {
    control.postMessage(calls);
    return once(control, 'message');
  };
}

async function coincidentCalls(counter: Counter): Promise<() => unknown> {
  // Made for browsers, whose Worker is an EventTarget.
  class BrowserWorker extends EventTarget {
    readonly #worker: Worker;
    constructor(url: URL) {
      super();
      this.#worker = new Worker(url, { execArgv: [] });
    }
    postMessage(message: unknown, moved: MessagePort[]) {
      this.#worker.postMessage(message, moved);
    }
  }
  Object.assign(globalThis, { Worker: BrowserWorker });
  const { default: coincident } = await import('coincident/main');
  const { Worker: CoincidentWorker } = coincident();
  const { proxy } = new CoincidentWorker(new URL('./threads/remote-coincident.mjs', import.meta.url));
  proxy.add = (n) => counter.add(n);
  return () => proxy.callOften?.(calls);
}
