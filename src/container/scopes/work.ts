import { AsyncLocalStorage } from 'node:async_hooks';
import { SelfWaitError } from '../../errors.js';
import { inContext } from '../../in-context.js';

/** A body that something waits for before it closes: a task. */
export interface Work {
  readonly name: string;
  /** Around it: the work that waits for this one, in its turn. */
  readonly outer: Work | undefined;
  /** What the flow began with that leads here: a web request. */
  readonly origin: object | undefined;
  /** The container that waits for it, since it has a scope there, or the singleton that does. */
  readonly heldBy: object | undefined;
  /** Whether `closer` closes only when this has ended. */
  isAwaitedBy(closer: object): boolean;
}

const storage = new AsyncLocalStorage<Work>();

/** The work in whose asynchronous flow this runs. */
export function currentWork(): Work | undefined {
  return storage.getStore();
}

/** Runs a body as this work. */
export function inWork<T>(work: Work, body: () => T): T {
  return inContext(storage, work, body);
}

/** The work in whose flow this runs, and that `closer` waits for. */
export function workAwaitedBy(closer: object): Work | undefined {
  for (let work = currentWork(); work; work = work.outer) if (work.isAwaitedBy(closer)) return work;
  return undefined;
}

/** @throws SelfWaitError in a task that has a scope of a container that is waited for: it waits for all of them */
export function refuseFromScopesOf(isWaitedFor: (container: object) => boolean, what: string): void {
  for (let work = currentWork(); work; work = work.outer)
    if (work.heldBy && isWaitedFor(work.heldBy)) throw waitsForItself(work, what);
}

/** @throws SelfWaitError if `closer` waits for the work that asks it to close */
export function refuseFromInside(closer: object, what: string): void {
  const work = workAwaitedBy(closer);
  if (work) throw waitsForItself(work, what);
}

function waitsForItself({ name }: Work, what: string): SelfWaitError {
  return new SelfWaitError(
    `the task ${name} waits for ${what}, which waits for this task`,
    'Let the task end, and wait where it was added.',
  );
}
