import { Fifo } from '../../fifo.js';

/** What starts in the asynchronous context in which it was added, even if that is later. */
interface Startable {
  keepContext(): void;
  start(): void;
}

/** Inside how many others a task still starts at once: the stack has room for some 300. */
const deepest = 50;

let depth = 0;
const later = new Fifo<Startable>();

/** Starts a task, which may add others that start inside it; too deep inside, when the stack is empty again, in order. */
export function startNested(task: Startable): void {
  if (depth === deepest || later.first) {
    task.keepContext();
    if (!later.first) queueMicrotask(startLater);
    later.push(task);
    return;
  }
  depth++;
  try {
    task.start();
  } finally {
    depth--;
  }
}

function startLater(): void {
  const task = later.first;
  try {
    task?.start();
  } finally {
    later.shift(); // only now: what it adds comes behind those that wait
    if (later.first) queueMicrotask(startLater);
  }
}
