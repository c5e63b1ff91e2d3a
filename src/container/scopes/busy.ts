import { type Linked, LinkedList } from './linked-list.js';

/** What has work that has not ended: a `Background` with tasks. */
export interface Busy extends Linked {
  /** A promise while a container has to wait for work that resolves from it, and that no scope of it waits for. */
  quietFor(resolver: object): Promise<unknown> | undefined;
  /** What has not ended, for messages: not the body that a cancelled task has left behind. */
  names(): readonly string[];
}

/** All in this process, so that nothing is lost without a word when it ends. */
export const busy = new LinkedList<Busy>();
